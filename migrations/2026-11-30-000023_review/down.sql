-- Decisions stay with the applications that they were about.
DROP INDEX applications_pending;
DROP TABLE review_reasons;
DROP TABLE review_acts;
DROP TABLE review_cases;
