-- A citizen may attach several pictures to a request, one after the other, each once.
ALTER TABLE review_task_files ADD COLUMN place integer NOT NULL DEFAULT 1 CHECK (place BETWEEN 1 AND 5);
ALTER TABLE review_task_files DROP CONSTRAINT review_task_files_pkey;
ALTER TABLE review_task_files ADD PRIMARY KEY (task_id, place);
-- Tells the same picture from another one; empty for those that came before this column.
ALTER TABLE review_task_files ADD COLUMN content_digest bytea;
CREATE UNIQUE INDEX review_task_files_content ON review_task_files (task_id, content_digest);
