-- +goose Up
-- Who has news, by the order in which it came.
CREATE INDEX feed_news ON feed (warehouse, fs, station);
