-- What was seen of the tags of images that are looked at from time to time; and who signs what comes through a hook.

CREATE TABLE polls_seen (
    source       TEXT NOT NULL,
    organization TEXT NOT NULL,
    tag          TEXT NOT NULL, -- '': the list of tags has been seen
    digest       TEXT,          -- what it meant; null where only its name was seen
    PRIMARY KEY (source, organization, tag)
) STRICT, WITHOUT ROWID;

-- of a sender whose deliveries carry a token: for whom it has to be, and whose
ALTER TABLE hooks ADD COLUMN audience TEXT;
ALTER TABLE hooks ADD COLUMN service_account TEXT;
