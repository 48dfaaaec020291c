ALTER TABLE legacy_accounts DROP COLUMN password_salt_sealed;
