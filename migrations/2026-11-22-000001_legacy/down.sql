DROP TABLE legacy_photos, legacy_applications, legacy_certificates, legacy_accounts, exam_combinations, exams, import_batches;
