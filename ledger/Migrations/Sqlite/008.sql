-- Pushes that are held: until when, and who approved them when.

ALTER TABLE verdicts ADD COLUMN held_until  INTEGER; -- null: not until a time
ALTER TABLE verdicts ADD COLUMN approved_by TEXT;
ALTER TABLE verdicts ADD COLUMN approved    INTEGER;

-- with kind in it, so that it is preferred to verdicts_service
CREATE INDEX verdicts_held ON verdicts (service, kind, held_until, push) WHERE kind = 'Held';
