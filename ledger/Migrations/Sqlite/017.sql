-- Services hand over what they store: how far each has come, which events were theirs, and whose state carries some that may be missing.

ALTER TABLE services ADD COLUMN version     INTEGER NOT NULL DEFAULT 0; -- the etag of the state that was handed over
ALTER TABLE services ADD COLUMN handed_over INTEGER NOT NULL DEFAULT 0; -- the number of the last event that was

ALTER TABLE events ADD COLUMN number INTEGER; -- of an event that a service has handed over, counted by the service

CREATE UNIQUE INDEX events_number ON events (service, number) WHERE number IS NOT NULL;

-- states that carry something in a member called Outbox, whatever grain they are of
ALTER TABLE grain_state ADD COLUMN outbox INTEGER NOT NULL DEFAULT 0;

CREATE INDEX grain_state_outbox ON grain_state (outbox, name, grain, etag) WHERE outbox = 1;

-- until now the index was written after the state, and a crash may have come in between
UPDATE OR IGNORE services SET state = coalesce(
    (SELECT json_extract(json, '$.Service.Status') FROM grain_state WHERE name = 'service' AND grain = 'service/' || services.uuid), state);
