-- Containers and built images that are ours by our own record, whatever their labels say.

CREATE TABLE containers (
    engine   text   COLLATE "C" NOT NULL,
    id       text   COLLATE "C" NOT NULL,
    service  text   COLLATE "C" NOT NULL,
    recorded bigint NOT NULL,
    PRIMARY KEY (engine, id)
);

CREATE INDEX containers_service ON containers (service);

CREATE TABLE builds (
    engine text   COLLATE "C" NOT NULL,
    key    text   COLLATE "C" NOT NULL, -- what equal builds have in common
    image  text   COLLATE "C" NOT NULL,
    built  bigint NOT NULL,
    PRIMARY KEY (engine, key)
);

CREATE INDEX builds_image ON builds (engine, image);

-- the containers of deployments that an earlier version began are not signed
ALTER TABLE deployments ADD COLUMN signed smallint NOT NULL DEFAULT 0;

-- containers that are not signed: their services know their ids; PostgreSQL reads no JSON with a NUL in it, wherever that is
INSERT INTO containers (engine, id, service, recorded)
SELECT coalesce(state.json -> 'Service' -> 'Settings' ->> 'Engine', 'local'), container.value ->> 'Id', state.json -> 'Service' ->> 'Uuid', 0
FROM (SELECT replace(json, '\u0000', '\ufffd')::json AS json FROM grain_state WHERE name = 'service') AS state,
    json_array_elements(CASE json_typeof(state.json -> 'Service' -> 'Containers')
        WHEN 'array' THEN state.json -> 'Service' -> 'Containers' ELSE '[]' END) AS container (value)
WHERE container.value ->> 'Id' IS NOT NULL
ON CONFLICT DO NOTHING;

-- which process works on a deployment and has not handed it over, and how often one was gone without that
ALTER TABLE deployments ADD COLUMN worker text COLLATE "C";
ALTER TABLE deployments ADD COLUMN lost integer NOT NULL DEFAULT 0;
