-- What came through a hook with its secret, the last of each hook; and other names of hosts.

CREATE TABLE deliveries (
    seq              INTEGER PRIMARY KEY,
    uuid             TEXT    NOT NULL UNIQUE,
    hook             TEXT    NOT NULL,
    number           INTEGER NOT NULL, -- counts each hook's, so that the one that is too many is found without counting
    received         INTEGER NOT NULL,
    sender_id        TEXT,
    content_type     TEXT,
    bytes            INTEGER NOT NULL,
    status           INTEGER NOT NULL,
    result           TEXT    NOT NULL,
    pushes           TEXT    NOT NULL, -- uuids with spaces between them
    redelivered_from TEXT,
    kept             INTEGER NOT NULL, -- has headers, and a body if it was not too large
    has_body         INTEGER NOT NULL,
    headers_sealed   BLOB,
    body_sealed      BLOB,             -- last: lists do not read it
    UNIQUE (hook, number)
) STRICT;

CREATE INDEX deliveries_kept ON deliveries (received) WHERE kept = 1;

CREATE TABLE host_aliases (
    seq          INTEGER PRIMARY KEY,
    uuid         TEXT    NOT NULL UNIQUE,
    organization TEXT    NOT NULL,
    alias        TEXT    NOT NULL,
    host         TEXT    NOT NULL,
    created      INTEGER NOT NULL,
    UNIQUE (organization, alias)
) STRICT;
