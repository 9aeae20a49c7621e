-- +goose Up
-- What customs said of what was declared.
CREATE TABLE customs_replies (
    shipment TEXT NOT NULL,
    guid TEXT NOT NULL,
    status TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    received_ms BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (shipment, at_ms, status, guid)
);
