-- +goose Up
-- Units by their serial, and the shipment that holds each.
CREATE TABLE units (
    sku TEXT NOT NULL,
    serial TEXT NOT NULL,
    shipment TEXT NOT NULL,
    PRIMARY KEY (sku, serial)
);
