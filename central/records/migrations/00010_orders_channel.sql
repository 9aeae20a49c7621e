-- +goose Up
-- The orders of a shop, page by page.
CREATE INDEX orders_channel ON orders (channel, id);
