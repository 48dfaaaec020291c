-- What was done, by whom, and when: rows are added and never changed. Each holds the keyed hash of itself and of the row before it, so
-- that whoever changes the table without the vault's key is found by `buzheng audit verify`. No personal data stands here.

CREATE TABLE audit_events (
    -- Without gaps, in the order of commits: given under a lock that holds until the commit.
    seq            bigint PRIMARY KEY,
    at             timestamptz NOT NULL,
    event          text NOT NULL,
    actor          text NOT NULL,
    -- No foreign keys: an event outlives what it is about.
    person_id      uuid,
    account_id     uuid,
    link_id        uuid,
    task_id        uuid,
    application_id uuid,
    details        jsonb NOT NULL,
    -- Of the first row: empty.
    previous_hash  bytea NOT NULL,
    hash           bytea NOT NULL
);

-- The newest row: without it nobody would miss the tail.
CREATE TABLE audit_head (
    one  boolean PRIMARY KEY DEFAULT true CHECK (one),
    seq  bigint NOT NULL,
    hash bytea NOT NULL,
    -- A keyed hash of both: the head cannot be set back to an earlier row.
    seal bytea NOT NULL
);

-- An owner's own privileges can be taken too; a superuser is stopped by the hashes alone.
REVOKE UPDATE, DELETE, TRUNCATE ON audit_events FROM PUBLIC;
REVOKE UPDATE, DELETE, TRUNCATE ON audit_events FROM CURRENT_USER;
REVOKE DELETE, TRUNCATE ON audit_head FROM PUBLIC;
REVOKE DELETE, TRUNCATE ON audit_head FROM CURRENT_USER;
