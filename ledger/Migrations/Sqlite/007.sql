-- The event log, how far its consumers have come, and whom to notify of what.

CREATE TABLE events (
    seq          INTEGER PRIMARY KEY AUTOINCREMENT, -- not given again when the newest were removed
    time         INTEGER NOT NULL,
    organization TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    change       TEXT    NOT NULL,
    subject      TEXT    NOT NULL,
    service      TEXT,
    name         TEXT    NOT NULL, -- the service's, '' when there is none
    new_state    INTEGER NOT NULL,
    json         TEXT    NOT NULL  -- the subject as it was then; of a service its state
) STRICT;

-- the seq comes with it
CREATE INDEX events_organization ON events (organization);

CREATE TABLE events_trimmed (
    organization TEXT    PRIMARY KEY,
    seq          INTEGER NOT NULL -- the newest that was removed
) STRICT, WITHOUT ROWID;

CREATE TABLE event_cursors (
    consumer      TEXT    PRIMARY KEY,
    position      INTEGER NOT NULL,
    attempts      INTEGER NOT NULL,
    failing_since INTEGER,
    due           INTEGER,
    delivered     INTEGER,
    given_up      INTEGER NOT NULL,
    last_error    TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE notifications (
    seq           INTEGER PRIMARY KEY,
    uuid          TEXT    NOT NULL UNIQUE,
    organization  TEXT    NOT NULL,
    type          TEXT    NOT NULL,
    url_sealed    BLOB,
    recipients    TEXT    NOT NULL, -- with spaces between them
    events        TEXT    NOT NULL, -- with spaces between them
    services      TEXT    NOT NULL, -- uuids with spaces between them; '' is all
    secret_sealed BLOB,
    created       INTEGER NOT NULL
) STRICT;

CREATE INDEX notifications_organization ON notifications (organization, created);
