-- Announcements that name no host, triggers, and images that are looked at from time to time.

-- services of images are found by their path alone, too
INSERT INTO subscriptions (source, service)
SELECT '*/' || CASE WHEN source LIKE 'docker.io/library/%' THEN substr(source, 19) ELSE substr(source, instr(source, '/') + 1) END, service
FROM subscriptions WHERE source NOT LIKE 'git:%' AND instr(source, '/') > 0
ON CONFLICT DO NOTHING;

CREATE TABLE triggers (
    seq         INTEGER PRIMARY KEY,
    service     TEXT    NOT NULL,
    uuid_hash   BLOB    NOT NULL UNIQUE, -- SHA-256
    uuid_sealed BLOB    NOT NULL,
    name        TEXT    NOT NULL,
    operation   TEXT    NOT NULL,
    pass_body   INTEGER NOT NULL,
    created     INTEGER NOT NULL
) STRICT;

CREATE INDEX triggers_service ON triggers (service, created);

ALTER TABLE deployments ADD COLUMN body_sealed BLOB; -- what a trigger's call brought

-- services that do not wait to be told
CREATE TABLE polls (
    service TEXT PRIMARY KEY,
    source  TEXT    NOT NULL,
    seconds INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX polls_source ON polls (source, seconds);
