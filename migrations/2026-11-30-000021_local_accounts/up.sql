-- Old accounts as a way in (LINKING.md, A1-A9). Whom a portal vouched for and whoever only knows a password are kept apart by keys: a
-- person comes by one door for good, and what is an account's person's is never a portal's.

ALTER TABLE persons ADD COLUMN door text NOT NULL DEFAULT 'portal' CHECK (door IN ('portal', 'account'));
ALTER TABLE persons ADD CONSTRAINT persons_door UNIQUE (id, door);

ALTER TABLE identities ADD COLUMN door text NOT NULL GENERATED ALWAYS AS ('portal') STORED;
ALTER TABLE identities ADD CONSTRAINT identities_of_the_portals_persons FOREIGN KEY (person_id, door) REFERENCES persons (id, door);
ALTER TABLE portal_numbers ADD COLUMN door text NOT NULL GENERATED ALWAYS AS ('portal') STORED;
ALTER TABLE portal_numbers ADD CONSTRAINT portal_numbers_of_the_portals_persons FOREIGN KEY (person_id, door) REFERENCES persons (id, door);

-- A pair of origin 'account' is what an account holds: it counts for the account's own person alone.
ALTER TABLE aliases DROP CONSTRAINT aliases_origin_check;
ALTER TABLE aliases ADD CONSTRAINT aliases_origin_check CHECK (origin IN ('portal', 'proof', 'review', 'account'));
ALTER TABLE aliases ADD COLUMN door text NOT NULL
    GENERATED ALWAYS AS (CASE origin WHEN 'account' THEN 'account' ELSE 'portal' END) STORED;
ALTER TABLE aliases ADD CONSTRAINT aliases_of_one_door FOREIGN KEY (person_id, door) REFERENCES persons (id, door);

-- Links of accounts' persons stand beside the portal's: whoever comes through the portal is asked for as if there were none.
ALTER TABLE links ADD COLUMN door text NOT NULL DEFAULT 'portal';
ALTER TABLE links ADD CONSTRAINT links_of_one_door FOREIGN KEY (person_id, door) REFERENCES persons (id, door);
DROP INDEX links_one_person_per_account;
CREATE UNIQUE INDEX links_one_person_per_account ON links (account_id) WHERE undone_at IS NULL AND door = 'portal';
CREATE UNIQUE INDEX links_once_per_person ON links (account_id, person_id) WHERE undone_at IS NULL AND door = 'account';
-- A password leads to one person (A1, A2, A4).
CREATE UNIQUE INDEX links_one_person_per_password ON links (account_id)
    WHERE undone_at IS NULL AND door = 'account' AND rule IN ('A1', 'A2', 'A4');

-- Accounts that were registered here stand among those of the old systems, under a system's name that no import may bear.
ALTER TABLE legacy_accounts ALTER COLUMN batch DROP NOT NULL;
ALTER TABLE legacy_accounts ADD CONSTRAINT legacy_accounts_registered_here CHECK ((batch IS NULL) = (system = 'registered'));

-- What was chosen here stands beside the frozen row and wins; an import never touches it.
CREATE TABLE account_credentials (
    account_id         uuid PRIMARY KEY REFERENCES legacy_accounts,
    -- Argon2id; NULL: the imported password counts.
    password_wrapped   text CHECK (password_wrapped LIKE '$argon2id$%'),
    -- Whoever chose it had given the one before. One that was chosen by a recovery link opens the account and proves nothing.
    password_is_proof  boolean NOT NULL DEFAULT false,
    password_set_at    timestamptz,
    -- NULL: the imported address counts.
    email_sealed       bytea,
    email_confirmed_at timestamptz,
    CHECK ((password_wrapped IS NULL) = (password_set_at IS NULL)),
    CHECK ((email_sealed IS NULL) = (email_confirmed_at IS NULL))
);

-- What was made under an account whose owner came through the portal since (A6): by which link it followed, from whom, and which version
-- it had then. Taking the link back gives it back, unless it was changed since.
ALTER TABLE applications ADD COLUMN followed_link_id uuid REFERENCES links;
ALTER TABLE applications ADD COLUMN followed_from uuid REFERENCES persons;
ALTER TABLE applications ADD COLUMN followed_version integer;
ALTER TABLE applications ADD CONSTRAINT applications_followed CHECK (
    (followed_link_id IS NULL) = (followed_from IS NULL) AND (followed_link_id IS NULL) = (followed_version IS NULL));
CREATE INDEX applications_followed_link ON applications (followed_link_id) WHERE followed_link_id IS NOT NULL;
