-- Notices to citizens, by mail or text message: written in the transaction of what they tell of, rendered then, sent afterwards.
CREATE TABLE outbox (
    id               uuid PRIMARY KEY,
    channel          text NOT NULL CHECK (channel IN ('mail', 'sms')),
    kind             text NOT NULL,
    state            text NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'failed', 'expired')),
    -- Whom it is about, where that is known.
    person_id        uuid REFERENCES persons,
    recipient_sealed bytea NOT NULL,
    -- What it says. Erased once it is sent or of no more use: it may hold a link that opens an account.
    content_sealed   bytea,
    created_at       timestamptz NOT NULL,
    -- When it is to be sent; of one that is being sent, when whoever does it must be taken for dead.
    due_at           timestamptz NOT NULL,
    -- Nothing is sent late.
    expires_at       timestamptz NOT NULL,
    -- Attempts that were deferred.
    deferred         integer NOT NULL DEFAULT 0,
    -- Counts the claims: whoever comes back late settles nothing.
    claims           integer NOT NULL DEFAULT 0,
    -- The codes of the server's last answer, never its words, which may repeat the address.
    last_answer      text,
    settled_at       timestamptz,
    CHECK ((settled_at IS NULL) = (state IN ('waiting', 'sending'))),
    CHECK (content_sealed IS NOT NULL OR settled_at IS NOT NULL)
);
CREATE INDEX outbox_due ON outbox (channel, due_at) WHERE state IN ('waiting', 'sending');
-- What could not be delivered and may be tried again by hand, until its content is erased.
CREATE INDEX outbox_failed ON outbox (expires_at) WHERE state = 'failed' AND content_sealed IS NOT NULL;
-- What is over is forgotten after a while.
CREATE INDEX outbox_settled ON outbox (settled_at) WHERE settled_at IS NOT NULL;
-- As they are listed.
CREATE INDEX outbox_created ON outbox (created_at, id);
CREATE INDEX outbox_person ON outbox (person_id) WHERE person_id IS NOT NULL;
