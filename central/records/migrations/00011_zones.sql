-- +goose Up
-- The zones of a shipment's open lines along the walk, each quoted, after a comma; '' where
-- something open is in none, or an older program has written the row.
ALTER TABLE shipments ADD COLUMN zones TEXT NOT NULL DEFAULT '';
