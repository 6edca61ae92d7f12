-- Deployments that are canceled, bake, or go back.

ALTER TABLE deployments ADD COLUMN cancel_asked TEXT;    -- by whom
ALTER TABLE deployments ADD COLUMN switched     INTEGER; -- when the new containers had taken over
ALTER TABLE deployments ADD COLUMN rolled_back  INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deployments ADD COLUMN back_to      INTEGER; -- when the version gone back to was first proven
