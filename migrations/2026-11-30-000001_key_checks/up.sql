-- What tells the keys of this installation from another one's, without revealing them: compared before anything is written. Of each
-- sealing key, a constant sealed with it; of the one look-up key, a keyed hash of a constant. Rows are added and never removed.
CREATE TABLE key_checks (
    -- As the key file writes it.
    key_id       text PRIMARY KEY,
    check_sealed bytea,
    check_lookup bytea,
    recorded_at  timestamptz NOT NULL DEFAULT now(),
    CHECK ((check_sealed IS NULL) <> (check_lookup IS NULL))
);
CREATE UNIQUE INDEX key_checks_one_look_up ON key_checks ((true)) WHERE check_lookup IS NOT NULL;
