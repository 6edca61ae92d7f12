-- How often a deployment failed in a way that nobody expects: it is tried again only so often.

ALTER TABLE deployments ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
