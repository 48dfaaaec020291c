-- Staff: who examines, decides, prints, and looks after those who do. Their sign-in is their own; nothing of it is a citizen's.

CREATE TABLE staff (
    id                uuid PRIMARY KEY,
    user_name         text NOT NULL UNIQUE CHECK (user_name ~ '^[a-z][a-z0-9._-]{1,31}$'),
    -- Argon2id; NULL until the first visit.
    password_wrapped  text CHECK (password_wrapped LIKE '$argon2id$%'),
    -- The secret of the one-time codes (RFC 6238), and the digest by which it was handed out.
    otp_secret_sealed bytea,
    otp_algorithm        text CHECK (otp_algorithm IN ('sha1', 'sha256', 'sm3')),
    -- The newest time step of which a code was accepted: each is good once.
    otp_last_step     bigint NOT NULL DEFAULT 0,
    -- Of their own document number, where it is known: nobody examines their own application.
    own_number_sealed bytea,
    created_at        timestamptz NOT NULL,
    -- Password and second factor are set.
    enrolled_at       timestamptz,
    disabled_at       timestamptz,
    -- A session that began until then is over, whatever Redis says.
    sessions_ended_at timestamptz,
    CHECK ((enrolled_at IS NULL) OR (password_wrapped IS NOT NULL AND otp_secret_sealed IS NOT NULL)),
    CHECK ((otp_secret_sealed IS NULL) = (otp_algorithm IS NULL))
);

CREATE TABLE staff_roles (
    staff_id uuid NOT NULL REFERENCES staff,
    role     text NOT NULL
        CHECK (role IN ('city_reviewer', 'province_reviewer', 'task_reviewer', 'printer', 'auditor', 'administrator')),
    -- A city reviewer has a row for each city.
    city     text NOT NULL DEFAULT '',
    PRIMARY KEY (staff_id, role, city),
    CHECK ((role = 'city_reviewer') = (city <> ''))
);

-- One-time links for the first visit, and after a reset.
CREATE TABLE staff_enrolments (
    token_digest bytea PRIMARY KEY,
    staff_id     uuid NOT NULL REFERENCES staff,
    created_at   timestamptz NOT NULL,
    expires_at   timestamptz NOT NULL,
    -- Who handed it out, and of a reset why.
    issued_by    text NOT NULL,
    reason       text NOT NULL DEFAULT '',
    -- Used, or replaced by a newer one.
    used_at      timestamptz
);
CREATE INDEX staff_enrolments_staff ON staff_enrolments (staff_id);

-- Ten of them, each good once in place of a one-time code.
CREATE TABLE staff_recovery_codes (
    staff_id    uuid NOT NULL REFERENCES staff,
    code_lookup bytea NOT NULL,
    used_at     timestamptz,
    PRIMARY KEY (staff_id, code_lookup)
);
