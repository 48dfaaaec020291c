DROP INDEX applications_old_application;
DROP INDEX applications_certificate;
DROP INDEX review_tasks_old_application;
DROP INDEX review_tasks_account;
DROP INDEX open_findings_account;
