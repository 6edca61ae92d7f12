-- Sources that are git repositories: a push has a ref and a commit, a deployment a commit, and hosts have credentials.

ALTER TABLE pushes ADD COLUMN ref TEXT NOT NULL DEFAULT ''; -- '' for an image
ALTER TABLE pushes ADD COLUMN commit_id TEXT;
ALTER TABLE pushes ADD COLUMN skip_asked INTEGER NOT NULL DEFAULT 0;

ALTER TABLE deployments ADD COLUMN commit_id TEXT;

CREATE TABLE git_hosts (
    seq                INTEGER PRIMARY KEY,
    uuid               TEXT    NOT NULL UNIQUE,
    organization       TEXT    NOT NULL,
    host               TEXT    NOT NULL,
    username           TEXT    NOT NULL,
    password_sealed    BLOB,
    private_key_sealed BLOB,
    known_hosts        TEXT    NOT NULL,
    created            INTEGER NOT NULL,
    UNIQUE (organization, host)
) STRICT;
