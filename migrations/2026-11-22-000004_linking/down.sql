DROP INDEX applications_one_open_per_certificate;
CREATE UNIQUE INDEX applications_one_open_per_certificate ON applications (certificate_id)
    WHERE status IN ('pending', 'rejected') AND certificate_id IS NOT NULL;
DROP INDEX applications_one_per_old;
ALTER TABLE applications ADD CONSTRAINT applications_legacy_application_id_key UNIQUE (legacy_application_id);
ALTER TABLE applications DROP COLUMN detached_at;

DROP INDEX links_via_alias;
ALTER TABLE links DROP COLUMN barred, DROP COLUMN frozen_with, DROP COLUMN via_alias_id;

DROP INDEX aliases_pair;
DELETE FROM aliases WHERE ended_at IS NOT NULL;
ALTER TABLE aliases DROP COLUMN ended_reason, DROP COLUMN ended_by, DROP COLUMN ended_at, DROP COLUMN task_id, DROP COLUMN link_id;
DELETE FROM aliases a USING aliases b WHERE a.person_id = b.person_id AND a.pair_lookup = b.pair_lookup AND a.id > b.id;
ALTER TABLE aliases ADD CONSTRAINT aliases_person_id_pair_lookup_key UNIQUE (person_id, pair_lookup);

DROP TABLE review_task_files;
DELETE FROM review_tasks WHERE kind NOT IN ('number_changed', 'number_taken', 'account_taken');
DROP INDEX review_tasks_person, review_tasks_request, review_tasks_pair;
CREATE UNIQUE INDEX review_tasks_pair ON review_tasks (kind, person_id, account_id)
    WHERE status = 'open' AND account_id IS NOT NULL;
ALTER TABLE review_tasks DROP CONSTRAINT review_tasks_check;
ALTER TABLE review_tasks DROP COLUMN request_lookup, DROP COLUMN system;
ALTER TABLE review_tasks DROP CONSTRAINT review_tasks_kind_check;
ALTER TABLE review_tasks ADD CONSTRAINT review_tasks_kind_check
    CHECK (kind IN ('number_changed', 'number_taken', 'account_taken'));

DROP INDEX identities_subject;
DELETE FROM identity_changes WHERE identity_id IN (SELECT id FROM identities WHERE ended_at IS NOT NULL);
DELETE FROM identities WHERE ended_at IS NOT NULL;
ALTER TABLE identities ADD CONSTRAINT identities_issuer_subject_key UNIQUE (issuer, subject);
ALTER TABLE identities DROP COLUMN ended_at;
