-- A deployment that goes back only because another one of its deploy group failed: its version is not to blame.
ALTER TABLE deployments ADD COLUMN blameless INTEGER NOT NULL DEFAULT 0;
