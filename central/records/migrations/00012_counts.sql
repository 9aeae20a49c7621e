-- +goose Up
-- What an open count counts: a digest of place and SKU, and one of its lot. '-' of other
-- tasks, '' where an older program has written the row.
ALTER TABLE tasks ADD COLUMN counts TEXT NOT NULL DEFAULT '';
ALTER TABLE tasks ADD COLUMN lot TEXT NOT NULL DEFAULT '';
CREATE INDEX tasks_counts ON tasks (counts) WHERE open = 1;
