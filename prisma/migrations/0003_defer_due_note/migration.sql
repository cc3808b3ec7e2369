-- A note of a customer whose event failed waits until then; null: due at once.
ALTER TABLE "due_note" ADD COLUMN "not_before" TIMESTAMPTZ(3);
-- The backlog starts at the least of these, and that is asked for with every batch.
CREATE INDEX "due_note_first_event_id_idx" ON "due_note" ("first_event_id");
