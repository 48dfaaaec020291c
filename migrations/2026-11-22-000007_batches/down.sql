DELETE FROM review_tasks WHERE kind = 'application_changed';
DROP INDEX review_tasks_application;
ALTER TABLE review_tasks DROP COLUMN legacy_application_id;
ALTER TABLE review_tasks DROP CONSTRAINT review_tasks_kind_check;
ALTER TABLE review_tasks ADD CONSTRAINT review_tasks_kind_check CHECK (kind IN
    ('number_changed', 'number_taken', 'account_taken', 'account_changed', 'claim', 'request', 'not_mine'));
DROP TABLE legacy_former_rows;
DROP TABLE import_sources;
ALTER TABLE import_batches DROP COLUMN rolled_back_at;
ALTER TABLE import_batches DROP COLUMN report;
