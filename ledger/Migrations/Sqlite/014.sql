-- Containers and built images that are ours by our own record, whatever their labels say.

CREATE TABLE containers (
    engine   TEXT    NOT NULL,
    id       TEXT    NOT NULL,
    service  TEXT    NOT NULL,
    recorded INTEGER NOT NULL,
    PRIMARY KEY (engine, id)
) STRICT, WITHOUT ROWID;

CREATE INDEX containers_service ON containers (service);

CREATE TABLE builds (
    engine TEXT    NOT NULL,
    key    TEXT    NOT NULL, -- what equal builds have in common
    image  TEXT    NOT NULL,
    built  INTEGER NOT NULL,
    PRIMARY KEY (engine, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX builds_image ON builds (engine, image);

-- the containers of deployments that an earlier version began are not signed
ALTER TABLE deployments ADD COLUMN signed INTEGER NOT NULL DEFAULT 0;

-- containers that are not signed: their services know their ids
INSERT INTO containers (engine, id, service, recorded)
SELECT coalesce(json_extract(grain_state.json, '$.Service.Settings.Engine'), 'local'), json_extract(container.value, '$.Id'),
    json_extract(grain_state.json, '$.Service.Uuid'), 0
FROM grain_state, json_each(grain_state.json, '$.Service.Containers') AS container
WHERE grain_state.name = 'service' AND json_extract(container.value, '$.Id') IS NOT NULL
ON CONFLICT DO NOTHING;

-- which process works on a deployment and has not handed it over, and how often one was gone without that
ALTER TABLE deployments ADD COLUMN worker TEXT;
ALTER TABLE deployments ADD COLUMN lost INTEGER NOT NULL DEFAULT 0;
