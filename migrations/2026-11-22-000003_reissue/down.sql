DROP TABLE jobs, application_versions, applications, photos;
