-- How often a deployment was taken up: only the last one who did works on it.

ALTER TABLE deployments ADD COLUMN taken_up INTEGER NOT NULL DEFAULT 0;
