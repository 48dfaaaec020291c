-- The table before held one picture for a task: the first one stays.
DELETE FROM review_task_files WHERE place > 1;
DROP INDEX review_task_files_content;
ALTER TABLE review_task_files DROP COLUMN content_digest;
ALTER TABLE review_task_files DROP CONSTRAINT review_task_files_pkey;
ALTER TABLE review_task_files DROP COLUMN place;
ALTER TABLE review_task_files ADD PRIMARY KEY (task_id);
