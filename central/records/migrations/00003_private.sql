-- +goose Up
-- Orders whose receiver is to be deleted some day.
CREATE INDEX orders_private ON orders (id) WHERE receiver IS NOT NULL;
