-- What only the accounts' door knows goes with it: accounts that were registered here, and what of the old data was an account's person's.
-- Applications stay with the person whose they are now.
ALTER TABLE applications DROP CONSTRAINT applications_followed;
DROP INDEX applications_followed_link;
ALTER TABLE applications DROP COLUMN followed_version, DROP COLUMN followed_from, DROP COLUMN followed_link_id;
DROP TABLE account_credentials;
DELETE FROM open_findings WHERE account_id IN (SELECT id FROM legacy_accounts WHERE system = 'registered')
    OR person_id IN (SELECT id FROM persons WHERE door = 'account');
UPDATE links SET via_alias_id = NULL WHERE door = 'account';
DELETE FROM aliases WHERE origin = 'account';
DELETE FROM links WHERE door = 'account' AND frozen_with IS NOT NULL;
DELETE FROM links WHERE door = 'account' OR account_id IN (SELECT id FROM legacy_accounts WHERE system = 'registered');
UPDATE review_tasks SET account_id = NULL WHERE account_id IN (SELECT id FROM legacy_accounts WHERE system = 'registered');
DELETE FROM legacy_accounts WHERE system = 'registered';
ALTER TABLE legacy_accounts DROP CONSTRAINT legacy_accounts_registered_here;
ALTER TABLE legacy_accounts ALTER COLUMN batch SET NOT NULL;
DROP INDEX links_one_person_per_password;
DROP INDEX links_once_per_person;
DROP INDEX links_one_person_per_account;
CREATE UNIQUE INDEX links_one_person_per_account ON links (account_id) WHERE undone_at IS NULL;
ALTER TABLE links DROP CONSTRAINT links_of_one_door;
ALTER TABLE links DROP COLUMN door;
ALTER TABLE aliases DROP CONSTRAINT aliases_of_one_door;
ALTER TABLE aliases DROP COLUMN door;
ALTER TABLE aliases DROP CONSTRAINT aliases_origin_check;
ALTER TABLE aliases ADD CONSTRAINT aliases_origin_check CHECK (origin IN ('portal', 'proof', 'review'));
ALTER TABLE portal_numbers DROP CONSTRAINT portal_numbers_of_the_portals_persons;
ALTER TABLE portal_numbers DROP COLUMN door;
ALTER TABLE identities DROP CONSTRAINT identities_of_the_portals_persons;
ALTER TABLE identities DROP COLUMN door;
ALTER TABLE persons DROP CONSTRAINT persons_door;
ALTER TABLE persons DROP COLUMN door;
