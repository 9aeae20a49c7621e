-- +goose Up
-- Work at benches that is no shipment: returns, and goods to move and to count.
CREATE TABLE tasks (
    id TEXT NOT NULL PRIMARY KEY,
    warehouse TEXT NOT NULL,
    order_id TEXT NOT NULL,
    open BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX tasks_order ON tasks (order_id, id);
CREATE INDEX tasks_open ON tasks (open, id);
