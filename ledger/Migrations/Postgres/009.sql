-- credentials for a part of a host, and the least that a git host's password may go over
ALTER TABLE registries ADD COLUMN path text COLLATE "C" NOT NULL DEFAULT ''; -- '' is all of the host
ALTER TABLE registries DROP CONSTRAINT registries_organization_host_key;
ALTER TABLE registries ADD CONSTRAINT registries_organization_host_path_key UNIQUE (organization, host, path);

ALTER TABLE git_hosts ADD COLUMN path text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE git_hosts ADD COLUMN scheme text COLLATE "C" NOT NULL DEFAULT 'https';
ALTER TABLE git_hosts DROP CONSTRAINT git_hosts_organization_host_key;
ALTER TABLE git_hosts ADD CONSTRAINT git_hosts_organization_host_path_key UNIQUE (organization, host, path);

-- over http go those that services use over http already
UPDATE git_hosts SET scheme = 'http'
FROM (SELECT replace(json, '\u0000', '\ufffd')::json -> 'Service' AS service FROM grain_state WHERE name = 'service') AS state
WHERE state.service ->> 'Organization' = git_hosts.organization
    AND (strpos(state.service -> 'Settings' -> 'Git' ->> 'Url', 'http://' || git_hosts.host || '/') = 1
        OR strpos(state.service -> 'Settings' -> 'Git' ->> 'Url', 'http://' || git_hosts.host || ':') = 1);
