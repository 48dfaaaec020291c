DROP TABLE jobs, application_versions, applications, photos;
DROP SEQUENCE application_references;
