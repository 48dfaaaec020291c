-- Taking a batch back deletes rows by the million, and PostgreSQL looks for each among what may point to it.

CREATE INDEX open_findings_account ON open_findings (account_id);
CREATE INDEX review_tasks_account ON review_tasks (account_id) WHERE account_id IS NOT NULL;
CREATE INDEX review_tasks_old_application ON review_tasks (legacy_application_id) WHERE legacy_application_id IS NOT NULL;
CREATE INDEX applications_certificate ON applications (certificate_id) WHERE certificate_id IS NOT NULL;
CREATE INDEX applications_old_application ON applications (legacy_application_id) WHERE legacy_application_id IS NOT NULL;
