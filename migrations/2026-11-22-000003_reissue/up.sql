-- Applications for reissue, and work to be done later.

CREATE TABLE photos (
    id           uuid PRIMARY KEY,
    person_id    uuid NOT NULL REFERENCES persons,
    photo_sealed bytea NOT NULL,
    created_at   timestamptz NOT NULL
);

CREATE TABLE applications (
    id                    uuid PRIMARY KEY,
    person_id             uuid NOT NULL REFERENCES persons,
    -- 受理号.
    reference             text NOT NULL UNIQUE,
    -- Makes a double submission one application: set by the form, good once for its person.
    submission_token      uuid,
    certificate_id        uuid REFERENCES legacy_certificates,
    -- An old application that was edited here; the frozen row stays as imported.
    legacy_application_id uuid UNIQUE REFERENCES legacy_applications,
    -- Of exam, year, level and specialty: what makes two applications the same one.
    same_lookup           bytea NOT NULL,
    status                text NOT NULL CHECK (status IN ('pending', 'approved', 'rejected')),
    feedback              text NOT NULL DEFAULT '',
    -- Shown in the list.
    exam_code             text NOT NULL,
    exam_name             text NOT NULL,
    year                  text NOT NULL,
    certificate_number    text NOT NULL,
    -- Of the newest version; guards against two editors.
    version               integer NOT NULL CHECK (version >= 1),
    submitted_at          timestamptz NOT NULL,
    updated_at            timestamptz NOT NULL,
    UNIQUE (person_id, submission_token)
);
CREATE INDEX applications_person ON applications (person_id, submitted_at DESC);
-- One open application per certificate: by its id, else by what it is about.
CREATE UNIQUE INDEX applications_one_open_per_certificate ON applications (certificate_id)
    WHERE status IN ('pending', 'rejected') AND certificate_id IS NOT NULL;
CREATE UNIQUE INDEX applications_one_open_alike ON applications (person_id, same_lookup)
    WHERE status IN ('pending', 'rejected') AND certificate_id IS NULL;

-- Every version that was ever submitted.
CREATE TABLE application_versions (
    application_id uuid NOT NULL REFERENCES applications,
    version        integer NOT NULL,
    form_sealed    bytea NOT NULL,
    photo_id       uuid REFERENCES photos,
    submitted_at   timestamptz NOT NULL,
    PRIMARY KEY (application_id, version)
);

CREATE TABLE jobs (
    id         uuid PRIMARY KEY,
    kind       text NOT NULL,
    payload    jsonb NOT NULL,
    attempts   integer NOT NULL DEFAULT 0,
    run_after  timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    last_error text
);
CREATE INDEX jobs_due ON jobs (run_after);
