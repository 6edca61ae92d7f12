-- credentials for a part of a host, and the least that a git host's password may go over
CREATE TABLE registries_of_paths (
    seq             INTEGER PRIMARY KEY,
    uuid            TEXT    NOT NULL UNIQUE,
    organization    TEXT    NOT NULL,
    host            TEXT    NOT NULL,
    path            TEXT    NOT NULL, -- '' is all of the host
    username        TEXT    NOT NULL,
    password_sealed BLOB    NOT NULL,
    created         INTEGER NOT NULL,
    token_host      TEXT,
    UNIQUE (organization, host, path)
) STRICT;

INSERT INTO registries_of_paths (seq, uuid, organization, host, path, username, password_sealed, created, token_host)
SELECT seq, uuid, organization, host, '', username, password_sealed, created, token_host FROM registries;
DROP TABLE registries;
ALTER TABLE registries_of_paths RENAME TO registries;

CREATE TABLE git_hosts_of_paths (
    seq                INTEGER PRIMARY KEY,
    uuid               TEXT    NOT NULL UNIQUE,
    organization       TEXT    NOT NULL,
    host               TEXT    NOT NULL,
    path               TEXT    NOT NULL, -- '' is all of the host
    scheme             TEXT    NOT NULL,
    username           TEXT    NOT NULL,
    password_sealed    BLOB,
    private_key_sealed BLOB,
    known_hosts        TEXT    NOT NULL,
    created            INTEGER NOT NULL,
    commit_statuses    TEXT,
    api_url            TEXT,
    UNIQUE (organization, host, path)
) STRICT;

-- over http go those that services use over http already
INSERT INTO git_hosts_of_paths (seq, uuid, organization, host, path, scheme, username, password_sealed, private_key_sealed, known_hosts, created, commit_statuses, api_url)
SELECT seq, uuid, organization, host, '',
    CASE WHEN EXISTS (
        SELECT 1 FROM grain_state
        WHERE name = 'service' AND json_extract(json, '$.Service.Organization') = git_hosts.organization
            AND (instr(json_extract(json, '$.Service.Settings.Git.Url'), 'http://' || git_hosts.host || '/') = 1
                OR instr(json_extract(json, '$.Service.Settings.Git.Url'), 'http://' || git_hosts.host || ':') = 1))
        THEN 'http' ELSE 'https' END,
    username, password_sealed, private_key_sealed, known_hosts, created, commit_statuses, api_url
FROM git_hosts;
DROP TABLE git_hosts;
ALTER TABLE git_hosts_of_paths RENAME TO git_hosts;
