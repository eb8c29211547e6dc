CREATE TABLE outbox_history (
    id uuid PRIMARY KEY,
    created_at timestamptz NOT NULL,
    event varchar(200) NOT NULL,
    payload jsonb NOT NULL,
    handler varchar(200) NOT NULL,
    attempts smallint NOT NULL,
    delivered_at timestamptz NOT NULL,
    CONSTRAINT outbox_history_attempts CHECK (attempts >= 0)
) PARTITION BY RANGE (id);
-- Takes what is older than the oldest month, or comes when nobody has made room for its month.
CREATE TABLE outbox_history_default PARTITION OF outbox_history DEFAULT;
SELECT months_create_ahead('outbox_history', 3);
