-- Services hand over what they store: how far each has come, which events were theirs, and whose state carries some that may be missing.

ALTER TABLE services ADD COLUMN version     bigint NOT NULL DEFAULT 0; -- the etag of the state that was handed over
ALTER TABLE services ADD COLUMN handed_over bigint NOT NULL DEFAULT 0; -- the number of the last event that was

ALTER TABLE events ADD COLUMN number bigint; -- of an event that a service has handed over, counted by the service

CREATE UNIQUE INDEX events_number ON events (service, number) WHERE number IS NOT NULL;

-- states that carry something in a member called Outbox, whatever grain they are of
ALTER TABLE grain_state ADD COLUMN outbox smallint NOT NULL DEFAULT 0;

CREATE INDEX grain_state_outbox ON grain_state (name, grain, etag) WHERE outbox = 1;

-- until now the index was written after the state, and a crash may have come in between
UPDATE services SET state = stored.state
FROM (SELECT substr(grain, 9) AS uuid, replace(json, '\u0000', '\ufffd')::json #>> '{Service,Status}' AS state FROM grain_state WHERE name = 'service') AS stored
WHERE stored.uuid = services.uuid AND stored.state IS NOT NULL AND (services.state = 'Terminated') = (stored.state = 'Terminated');
