-- +goose Up
-- Who bought an order that is declared to customs, sealed with the store's key.
CREATE TABLE buyers (order_id TEXT NOT NULL PRIMARY KEY, sealed BLOB NOT NULL);
-- What a person has used of a yearly quota; the person is a keyed digest.
CREATE TABLE quotas (
    person TEXT NOT NULL,
    regime TEXT NOT NULL,
    year BIGINT NOT NULL,
    used BIGINT NOT NULL,
    PRIMARY KEY (person, regime, year)
);
CREATE TABLE quota_uses (
    order_id TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL,
    regime TEXT NOT NULL,
    year BIGINT NOT NULL,
    minor BIGINT NOT NULL,
    state TEXT NOT NULL,
    at_ms BIGINT NOT NULL
);
