-- Uuids are lower-case text, times are whole 100 ns since 1970 (DateTimeOffset's own precision), truth is 0 or 1, words of an enum
-- are its names. Rows of different tables outlive each other (a verdict its deployment, a log line its service's name), so there are
-- no foreign keys: who removes a thing removes what hangs on it.

CREATE TABLE pushes (
    seq          INTEGER PRIMARY KEY,
    uuid         TEXT    NOT NULL UNIQUE,
    sender       TEXT    NOT NULL,
    hook         TEXT    NOT NULL, -- '' when there is none: no NULL equals another
    delivery     TEXT    NOT NULL,
    source       TEXT    NOT NULL,
    tag          TEXT    NOT NULL,
    digest       TEXT,
    deleted      INTEGER NOT NULL,
    pusher       TEXT,
    received     INTEGER NOT NULL,
    organization TEXT    NOT NULL,
    open         INTEGER NOT NULL, -- lacks verdicts
    reached      TEXT,             -- the last subscriber that the fan-out is known to have served
    UNIQUE (sender, hook, delivery)
) STRICT;

-- in the order of seq within a source, and without the settled ones
CREATE INDEX pushes_open ON pushes (source) WHERE open = 1;
CREATE INDEX pushes_settled ON pushes (received) WHERE open = 0;

CREATE TABLE services (
    seq          INTEGER PRIMARY KEY,
    uuid         TEXT    NOT NULL UNIQUE,
    organization TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    state        TEXT    NOT NULL,
    created      INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX services_name ON services (organization, name) WHERE state <> 'Terminated';
CREATE INDEX services_created ON services (created);

CREATE TABLE subscriptions (
    source  TEXT NOT NULL,
    service TEXT NOT NULL,
    PRIMARY KEY (source, service)
) STRICT, WITHOUT ROWID;

CREATE INDEX subscriptions_service ON subscriptions (service);

CREATE TABLE verdicts (
    seq        INTEGER PRIMARY KEY,
    uuid       TEXT    NOT NULL,
    push       TEXT    NOT NULL,
    service    TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    detail     TEXT    NOT NULL,
    deployment TEXT,
    received   INTEGER NOT NULL,
    UNIQUE (push, service)
) STRICT;

CREATE INDEX verdicts_service ON verdicts (service, received);

CREATE TABLE deployments (
    seq              INTEGER PRIMARY KEY,
    uuid             TEXT    NOT NULL UNIQUE,
    service          TEXT    NOT NULL,
    operation        TEXT    NOT NULL,
    state            TEXT    NOT NULL,
    open             INTEGER NOT NULL, -- has not ended
    cause            TEXT    NOT NULL,
    cause_push       TEXT,
    cause_text       TEXT    NOT NULL,
    cause_user       TEXT    NOT NULL,
    cause_ip         TEXT    NOT NULL,
    cause_method     TEXT    NOT NULL,
    cause_path       TEXT    NOT NULL,
    cause_user_agent TEXT    NOT NULL,
    image            TEXT,
    digest           TEXT,
    step             TEXT    NOT NULL,
    reuse_volumes    INTEGER NOT NULL,
    result           TEXT    NOT NULL,
    created          INTEGER NOT NULL,
    started          INTEGER,
    ended            INTEGER,
    logged           INTEGER NOT NULL  -- has log lines
) STRICT;

CREATE INDEX deployments_open ON deployments (created) WHERE open = 1;
-- with open in it, so that it is preferred to deployments_service
CREATE INDEX deployments_open_service ON deployments (service, open, created) WHERE open = 1;
CREATE INDEX deployments_created ON deployments (created);
CREATE INDEX deployments_service ON deployments (service, created);
CREATE INDEX deployments_logged ON deployments (ended) WHERE logged = 1;

CREATE TABLE log_lines (
    seq        INTEGER PRIMARY KEY, -- the line's number
    deployment TEXT    NOT NULL,
    time       INTEGER NOT NULL,
    text       TEXT    NOT NULL
) STRICT;

CREATE INDEX log_lines_deployment ON log_lines (deployment);

CREATE TABLE hooks (
    seq           INTEGER PRIMARY KEY,
    uuid          TEXT    NOT NULL UNIQUE,
    organization  TEXT    NOT NULL,
    sender        TEXT    NOT NULL,
    key_hash      BLOB    NOT NULL UNIQUE, -- SHA-256
    key_sealed    BLOB    NOT NULL,
    secret_sealed BLOB,
    created       INTEGER NOT NULL
) STRICT;

CREATE INDEX hooks_organization ON hooks (organization, created);

CREATE TABLE registries (
    seq             INTEGER PRIMARY KEY,
    uuid            TEXT    NOT NULL UNIQUE,
    organization    TEXT    NOT NULL,
    host            TEXT    NOT NULL,
    username        TEXT    NOT NULL,
    password_sealed BLOB    NOT NULL,
    created         INTEGER NOT NULL,
    UNIQUE (organization, host)
) STRICT;

CREATE TABLE settings (
    name         TEXT PRIMARY KEY,
    value_sealed BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE grain_state (
    name  TEXT    NOT NULL,
    grain TEXT    NOT NULL,
    etag  INTEGER NOT NULL,
    json  TEXT    NOT NULL,
    PRIMARY KEY (name, grain)
) STRICT;
