-- Proof, manual verification, freezing and undoing (LINKING.md).

-- A subject that a reviewer found to be another human's is ended: its next sign-in is decided as an unknown one's.
ALTER TABLE identities ADD COLUMN ended_at timestamptz;
ALTER TABLE identities DROP CONSTRAINT identities_issuer_subject_key;
CREATE UNIQUE INDEX identities_subject ON identities (issuer, subject) WHERE ended_at IS NULL;

ALTER TABLE review_tasks DROP CONSTRAINT review_tasks_kind_check;
ALTER TABLE review_tasks ADD CONSTRAINT review_tasks_kind_check CHECK (kind IN
    ('number_changed', 'number_taken', 'account_taken', 'account_changed', 'claim', 'request', 'not_mine'));
-- The old system that the question is about, where one is named.
ALTER TABLE review_tasks ADD COLUMN system text;
-- Of what a citizen asks for, where no account is named: the same question is asked once at a time.
ALTER TABLE review_tasks ADD COLUMN request_lookup bytea;
ALTER TABLE review_tasks ADD CHECK ((status = 'open') = (decided_at IS NULL));
-- One open question about one pair of person and account, whoever asked it.
DROP INDEX review_tasks_pair;
CREATE UNIQUE INDEX review_tasks_pair ON review_tasks (person_id, account_id)
    WHERE status = 'open' AND account_id IS NOT NULL;
CREATE UNIQUE INDEX review_tasks_request ON review_tasks (person_id, request_lookup)
    WHERE status = 'open' AND request_lookup IS NOT NULL;
CREATE INDEX review_tasks_person ON review_tasks (person_id);

-- What a citizen attached to a request: one picture.
CREATE TABLE review_task_files (
    task_id     uuid PRIMARY KEY REFERENCES review_tasks,
    media_type  text NOT NULL CHECK (media_type IN ('image/jpeg', 'image/png')),
    file_sealed bytea NOT NULL
);

-- The link or the task through which an alias came; both empty: the portal's own word. An alias counts until it is ended, and not
-- while its link is frozen.
ALTER TABLE aliases ADD COLUMN link_id uuid REFERENCES links;
ALTER TABLE aliases ADD COLUMN task_id uuid REFERENCES review_tasks;
ALTER TABLE aliases ADD COLUMN ended_at timestamptz;
-- Of one that a reviewer granted without a link: who took it back, and why.
ALTER TABLE aliases ADD COLUMN ended_by text;
ALTER TABLE aliases ADD COLUMN ended_reason text;
ALTER TABLE aliases ADD CHECK (origin <> 'portal' OR (link_id IS NULL AND task_id IS NULL));
-- A pair stands once for each source, so that taking one source back leaves the others.
ALTER TABLE aliases DROP CONSTRAINT aliases_person_id_pair_lookup_key;
CREATE UNIQUE INDEX aliases_pair ON aliases (person_id, pair_lookup, (coalesce(link_id, task_id, '00000000-0000-0000-0000-000000000000')))
    WHERE ended_at IS NULL;

-- The alias that a link rests on, where that alias is not the portal's own word: undone with it, frozen with it.
ALTER TABLE links ADD COLUMN via_alias_id uuid REFERENCES aliases;
ALTER TABLE links ADD COLUMN frozen_with uuid REFERENCES links;
-- Of an undone link: whether the pair is marked, so that the rules never link it again. One that fell with another is not.
ALTER TABLE links ADD COLUMN barred boolean NOT NULL DEFAULT true;
CREATE INDEX links_via_alias ON links (via_alias_id) WHERE via_alias_id IS NOT NULL;

-- What the application was made from is no longer the person's: their work stays theirs, and stands in nobody's way.
ALTER TABLE applications ADD COLUMN detached_at timestamptz;
ALTER TABLE applications DROP CONSTRAINT applications_legacy_application_id_key;
CREATE UNIQUE INDEX applications_one_per_old ON applications (legacy_application_id) WHERE detached_at IS NULL;
DROP INDEX applications_one_open_per_certificate;
CREATE UNIQUE INDEX applications_one_open_per_certificate ON applications (certificate_id)
    WHERE status IN ('pending', 'rejected') AND certificate_id IS NOT NULL AND detached_at IS NULL;
