-- Volumes at engines that are ours, from before they are made until they are gone.

CREATE TABLE volumes (
    seq          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    uuid         text   COLLATE "C" NOT NULL UNIQUE,
    organization text   COLLATE "C" NOT NULL,
    engine       text   COLLATE "C" NOT NULL,
    name         text   COLLATE "C" NOT NULL, -- at the engine
    service      text   COLLATE "C" NOT NULL, -- whose they are; it may be gone
    service_name text   COLLATE "C" NOT NULL,
    slot         bigint NOT NULL,             -- 0: the service's settings name it
    generation   bigint NOT NULL,
    path         text   COLLATE "C" NOT NULL, -- '': not known
    created      bigint NOT NULL,
    released     bigint,                      -- when its service was terminated
    remove_at    bigint,
    removing     smallint NOT NULL DEFAULT 0,
    UNIQUE (engine, name)
);

CREATE UNIQUE INDEX volumes_place ON volumes (service, slot, generation, path) WHERE slot > 0 AND path <> '' AND removing = 0;
CREATE INDEX volumes_service ON volumes (service);

-- to terminate: whether the volumes go, too
ALTER TABLE deployments ADD COLUMN remove_volumes smallint NOT NULL DEFAULT 0;
