-- Who signs what comes through a hook.

-- of a sender whose deliveries carry a token: for whom it has to be, and whose
ALTER TABLE hooks ADD COLUMN audience TEXT;
ALTER TABLE hooks ADD COLUMN service_account TEXT;
