-- Volumes at engines that are ours, from before they are made until they are gone.

CREATE TABLE volumes (
    seq          INTEGER PRIMARY KEY,
    uuid         TEXT    NOT NULL UNIQUE,
    organization TEXT    NOT NULL,
    engine       TEXT    NOT NULL,
    name         TEXT    NOT NULL, -- at the engine
    service      TEXT    NOT NULL, -- whose they are; it may be gone
    service_name TEXT    NOT NULL,
    slot         INTEGER NOT NULL, -- 0: the service's settings name it
    generation   INTEGER NOT NULL,
    path         TEXT    NOT NULL, -- '': not known
    created      INTEGER NOT NULL,
    released     INTEGER,          -- when its service was terminated
    remove_at    INTEGER,
    removing     INTEGER NOT NULL DEFAULT 0,
    UNIQUE (engine, name)
) STRICT;

CREATE UNIQUE INDEX volumes_place ON volumes (service, slot, generation, path) WHERE slot > 0 AND path <> '' AND removing = 0;
CREATE INDEX volumes_service ON volumes (service);

-- to terminate: whether the volumes go, too
ALTER TABLE deployments ADD COLUMN remove_volumes INTEGER NOT NULL DEFAULT 0;
