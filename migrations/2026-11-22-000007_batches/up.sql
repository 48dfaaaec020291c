-- The migration tool: where each batch stands, what it reported, and what its rows replaced.

-- Of its last complete run, without personal data; see import/report.rs.
ALTER TABLE import_batches ADD COLUMN report jsonb;
ALTER TABLE import_batches ADD COLUMN rolled_back_at timestamptz;

-- How far a run has come with each source: committed together with the rows. A run that was interrupted goes on behind them.
CREATE TABLE import_sources (
    batch         text NOT NULL REFERENCES import_batches,
    -- Among the manifest's sources, from 0.
    place         integer NOT NULL,
    -- A keyed hash of the source's content and of how the manifest reads it: another one begins at its first row.
    source_digest bytea NOT NULL,
    -- Rows read and settled, in the source's order.
    rows_done     bigint NOT NULL,
    inserted      bigint NOT NULL,
    updated       bigint NOT NULL,
    unchanged     bigint NOT NULL,
    PRIMARY KEY (batch, place)
);

-- What a row held before a batch gave it other content. Sealed values stay sealed: a row stands here as PostgreSQL's to_jsonb writes it.
CREATE TABLE legacy_former_rows (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- That replaced it.
    batch       text NOT NULL REFERENCES import_batches,
    kind        text NOT NULL CHECK (kind IN ('exams', 'accounts', 'certificates', 'applications', 'photos')),
    -- Empty for exams, whose catalogue is one for all systems.
    system      text NOT NULL,
    key         text NOT NULL,
    former      jsonb NOT NULL,
    replaced_at timestamptz NOT NULL
);
CREATE INDEX legacy_former_rows_batch ON legacy_former_rows (batch, kind);
CREATE INDEX legacy_former_rows_row ON legacy_former_rows (kind, system, key);

-- A later import changed an old application that its owner edited here: neither overwrites the other, and a reviewer looks at both.
ALTER TABLE review_tasks DROP CONSTRAINT review_tasks_kind_check;
ALTER TABLE review_tasks ADD CONSTRAINT review_tasks_kind_check CHECK (kind IN
    ('number_changed', 'number_taken', 'account_taken', 'account_changed', 'claim', 'request', 'not_mine', 'application_changed'));
ALTER TABLE review_tasks ADD COLUMN legacy_application_id uuid REFERENCES legacy_applications;
CREATE UNIQUE INDEX review_tasks_application ON review_tasks (legacy_application_id)
    WHERE status = 'open' AND legacy_application_id IS NOT NULL;
