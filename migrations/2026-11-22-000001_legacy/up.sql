-- What the old systems held, as imported. Rows are never rewritten by linking, reissue or review.
-- Columns ending in _sealed hold ciphertext (vault.rs); those ending in _lookup hold keyed hashes.

CREATE TABLE import_batches (
    name        text PRIMARY KEY,
    started_at  timestamptz NOT NULL,
    finished_at timestamptz
);

-- The name is the newest of its combinations; two codes may share one, which then names neither.
CREATE TABLE exams (
    code text PRIMARY KEY,
    name text NOT NULL
);

-- One row per combination that was ever offered; the combination is its key. Old rows name an exam as it was called in that
-- year, so each combination keeps its name.
CREATE TABLE exam_combinations (
    exam_code text NOT NULL REFERENCES exams,
    name      text NOT NULL,
    -- 0 where the file's year cannot be read.
    year      integer NOT NULL,
    level     text NOT NULL,
    specialty text NOT NULL,
    batch     text NOT NULL REFERENCES import_batches,
    PRIMARY KEY (exam_code, year, level, specialty)
);

CREATE TABLE legacy_accounts (
    id              uuid PRIMARY KEY,
    system          text NOT NULL,
    key             text NOT NULL,
    -- NULL where the number cannot be read: such a row is found by claim or by hand only.
    number_lookup   bytea,
    number_sealed   bytea NOT NULL,
    name_sealed     bytea NOT NULL,
    email_sealed    bytea NOT NULL,
    registered_at   text NOT NULL,
    -- A scheme's name, or JSON with its options: {"scheme":"md5","charset":"gb18030"}.
    password_scheme text,
    -- The old hash, sealed, until it is wrapped: Argon2id over it (PHC). Never both, never in clear. A bcrypt hash stays sealed:
    -- it is slow by itself, and its salt lies inside it.
    password_sealed bytea,
    password_wrapped text,
    content_digest  bytea NOT NULL,
    raw_sealed      bytea NOT NULL,
    batch           text NOT NULL REFERENCES import_batches,
    imported_at     timestamptz NOT NULL,
    UNIQUE (system, key),
    CHECK (password_sealed IS NULL OR password_wrapped IS NULL),
    CHECK ((password_scheme IS NULL) = (password_sealed IS NULL AND password_wrapped IS NULL))
);
CREATE INDEX legacy_accounts_number ON legacy_accounts (number_lookup) WHERE number_lookup IS NOT NULL;
CREATE INDEX legacy_accounts_unwrapped ON legacy_accounts (id)
    WHERE password_sealed IS NOT NULL AND password_scheme NOT LIKE '%bcrypt%';

CREATE TABLE legacy_certificates (
    id                 uuid PRIMARY KEY,
    system             text NOT NULL,
    key                text NOT NULL,
    exam_code          text NOT NULL,
    exam_name          text NOT NULL,
    year               text NOT NULL,
    level              text NOT NULL,
    specialty          text NOT NULL,
    number_lookup      bytea,
    number_sealed      bytea NOT NULL,
    name_sealed        bytea NOT NULL,
    certificate_number text NOT NULL,
    approval_date      text NOT NULL,
    city               text NOT NULL,
    status             text NOT NULL,
    content_digest     bytea NOT NULL,
    raw_sealed         bytea NOT NULL,
    batch              text NOT NULL REFERENCES import_batches,
    imported_at        timestamptz NOT NULL,
    UNIQUE (system, key)
);
CREATE INDEX legacy_certificates_number ON legacy_certificates (number_lookup) WHERE number_lookup IS NOT NULL;

CREATE TABLE legacy_applications (
    id                 uuid PRIMARY KEY,
    system             text NOT NULL,
    key                text NOT NULL,
    account_key        text,
    exam_code          text NOT NULL,
    exam_name          text NOT NULL,
    year               text NOT NULL,
    level              text NOT NULL,
    specialty          text NOT NULL,
    number_lookup      bytea,
    number_sealed      bytea NOT NULL,
    name_sealed        bytea NOT NULL,
    certificate_number text NOT NULL,
    approval_date      text NOT NULL,
    city               text NOT NULL,
    contact_sealed     bytea NOT NULL,
    status             text NOT NULL CHECK (status IN ('pending', 'approved', 'rejected')),
    feedback           text NOT NULL,
    submitted_at       text NOT NULL,
    content_digest     bytea NOT NULL,
    raw_sealed         bytea NOT NULL,
    batch              text NOT NULL REFERENCES import_batches,
    imported_at        timestamptz NOT NULL,
    UNIQUE (system, key)
);
CREATE INDEX legacy_applications_number ON legacy_applications (number_lookup) WHERE number_lookup IS NOT NULL;
CREATE INDEX legacy_applications_account ON legacy_applications (system, account_key) WHERE account_key IS NOT NULL;

CREATE TABLE legacy_photos (
    system          text NOT NULL,
    application_key text NOT NULL,
    photo_sealed    bytea NOT NULL,
    content_digest  bytea NOT NULL,
    batch           text NOT NULL REFERENCES import_batches,
    imported_at     timestamptz NOT NULL,
    PRIMARY KEY (system, application_key)
);
