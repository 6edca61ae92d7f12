-- A host beside the registry's own whose token server may be shown the credentials.

ALTER TABLE registries ADD COLUMN token_host text;
