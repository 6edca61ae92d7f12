-- Engines by name: those that there are, and which one services and deployments are on.

CREATE TABLE engines (
    name TEXT    PRIMARY KEY,
    seen INTEGER NOT NULL -- when a silo reached it last
) STRICT, WITHOUT ROWID;

-- before, there was one
ALTER TABLE services    ADD COLUMN engine TEXT NOT NULL DEFAULT 'local';
ALTER TABLE deployments ADD COLUMN engine TEXT NOT NULL DEFAULT 'local';
