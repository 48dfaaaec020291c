-- Who signs in, and what of the old data is theirs (LINKING.md).

CREATE TABLE persons (
    id         uuid PRIMARY KEY,
    created_at timestamptz NOT NULL,
    -- When the person first read 承接清单; the first sign-in ends there.
    welcomed_at timestamptz
);

CREATE TABLE identities (
    id            uuid PRIMARY KEY,
    person_id     uuid NOT NULL REFERENCES persons,
    issuer        text NOT NULL,
    subject       text NOT NULL,
    document_type text,
    -- The number accepted for this subject: another one is never written over it (rule R1).
    number_sealed bytea NOT NULL,
    -- The name that the portal vouched for last.
    name_sealed   bytea NOT NULL,
    created_at    timestamptz NOT NULL,
    last_seen_at  timestamptz NOT NULL,
    UNIQUE (issuer, subject)
);
CREATE INDEX identities_person ON identities (person_id);

-- Each time the portal vouches for a name or number that differs from before.
CREATE TABLE identity_changes (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    identity_id   uuid NOT NULL REFERENCES identities,
    seen_at       timestamptz NOT NULL,
    changed       text NOT NULL CHECK (changed IN ('name', 'number')),
    before_sealed bytea NOT NULL,
    after_sealed  bytea NOT NULL
);

-- A canonical number (of one family of documents) that a portal vouched for belongs to one person, until a reviewer finds that two people bear it:
-- two sign-ins at the same moment cannot make two persons of one.
CREATE TABLE portal_numbers (
    number_lookup bytea PRIMARY KEY,
    person_id     uuid NOT NULL REFERENCES persons
);

-- (number, name) pairs proven to be a person's.
CREATE TABLE aliases (
    id            uuid PRIMARY KEY,
    person_id     uuid NOT NULL REFERENCES persons,
    number_lookup bytea NOT NULL,
    -- Of canonical number and name: a pair stands once for a person.
    pair_lookup   bytea NOT NULL,
    document_type text,
    number_sealed bytea NOT NULL,
    name_sealed   bytea NOT NULL,
    origin        text NOT NULL CHECK (origin IN ('portal', 'proof', 'review')),
    created_at    timestamptz NOT NULL,
    UNIQUE (person_id, pair_lookup)
);
CREATE INDEX aliases_number ON aliases (number_lookup);

CREATE TABLE links (
    id              uuid PRIMARY KEY,
    person_id       uuid NOT NULL REFERENCES persons,
    account_id      uuid NOT NULL REFERENCES legacy_accounts,
    rule            text NOT NULL,
    evidence_sealed bytea NOT NULL,
    actor           text NOT NULL,
    linked_at       timestamptz NOT NULL,
    -- Frozen by the person ("不是我的"): still holds the account, shows nothing of it.
    frozen_at       timestamptz,
    undone_at       timestamptz,
    undone_by       text,
    undone_reason   text,
    CHECK ((undone_at IS NULL) = (undone_by IS NULL) AND (undone_at IS NULL) = (undone_reason IS NULL))
);
-- The promise: an account is linked to at most one person.
CREATE UNIQUE INDEX links_one_person_per_account ON links (account_id) WHERE undone_at IS NULL;
CREATE INDEX links_person ON links (person_id);
CREATE INDEX links_account ON links (account_id);

-- Accounts found for a person and not yet joined: to be proven, or for a reviewer.
CREATE TABLE open_findings (
    person_id  uuid NOT NULL REFERENCES persons,
    account_id uuid NOT NULL REFERENCES legacy_accounts,
    list       text NOT NULL CHECK (list IN ('proof', 'review')),
    rule       text NOT NULL,
    found_at   timestamptz NOT NULL,
    PRIMARY KEY (person_id, account_id)
);

-- Questions for the reviewers.
CREATE TABLE review_tasks (
    id              uuid PRIMARY KEY,
    number          bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    kind            text NOT NULL CHECK (kind IN ('number_changed', 'number_taken', 'account_taken')),
    status          text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'approved', 'refused')),
    person_id       uuid REFERENCES persons,
    account_id      uuid REFERENCES legacy_accounts,
    issuer          text,
    subject         text,
    evidence_sealed bytea NOT NULL,
    created_at      timestamptz NOT NULL,
    decided_at      timestamptz,
    decided_by      text,
    reason          text
);
-- One open question about one subject, and about one pair of person and account.
CREATE UNIQUE INDEX review_tasks_subject ON review_tasks (kind, issuer, subject)
    WHERE status = 'open' AND subject IS NOT NULL;
CREATE UNIQUE INDEX review_tasks_pair ON review_tasks (kind, person_id, account_id)
    WHERE status = 'open' AND account_id IS NOT NULL;

-- Every decision about a sign-in, refusals included; no personal data.
CREATE TABLE sign_in_decisions (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    decided_at timestamptz NOT NULL,
    issuer     text NOT NULL,
    subject    text NOT NULL,
    person_id  uuid REFERENCES persons,
    decision   text NOT NULL,
    rule       text NOT NULL,
    reason     text NOT NULL,
    accounts   jsonb NOT NULL
);
CREATE INDEX sign_in_decisions_subject ON sign_in_decisions (issuer, subject);
