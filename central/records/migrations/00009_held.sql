-- +goose Up
-- What a heartbeat asks of a shipment that a station holds, JSON; '' where nobody holds it,
-- or an older program has written the row.
ALTER TABLE shipments ADD COLUMN brief TEXT NOT NULL DEFAULT '';
