-- What an old hash was made with besides the password: the salt, or the header of a hash that holds its own. Kept after wrapping, for
-- without it the wrapped digest cannot be computed.
ALTER TABLE legacy_accounts
    ADD COLUMN password_salt_sealed bytea,
    ADD CONSTRAINT legacy_accounts_salt_of_a_password CHECK (password_salt_sealed IS NULL OR password_scheme IS NOT NULL);
