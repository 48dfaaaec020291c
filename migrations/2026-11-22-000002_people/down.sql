DROP TABLE sign_in_decisions, review_tasks, open_findings, links, aliases, portal_numbers, identity_changes, identities, persons;
