-- Engines by name: those that there are, and which one services and deployments are on.

CREATE TABLE engines (
    name text   COLLATE "C" PRIMARY KEY,
    seen bigint NOT NULL -- when a silo reached it last
);

-- before, there was one
ALTER TABLE services    ADD COLUMN engine text NOT NULL DEFAULT 'local';
ALTER TABLE deployments ADD COLUMN engine text NOT NULL DEFAULT 'local';
