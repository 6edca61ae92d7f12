-- Git hosts that are told, as commit statuses, what becomes of their commits.

ALTER TABLE git_hosts ADD COLUMN commit_statuses TEXT; -- in whose way
ALTER TABLE git_hosts ADD COLUMN api_url         TEXT; -- null: where hosts of that kind have it

ALTER TABLE deployments ADD COLUMN repository TEXT; -- the URL of the one that commit_id is of
