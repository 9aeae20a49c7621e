-- +goose Up
-- Portable subset: TEXT, BIGINT (times are Unix milliseconds, 0 is never), BLOB. What an
-- engine says in its own words stands here in capitals: records.Types.
CREATE TABLE meta (name TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE counters (name TEXT NOT NULL PRIMARY KEY, value BIGINT NOT NULL);

CREATE TABLE orders (
    id TEXT NOT NULL PRIMARY KEY,
    channel TEXT NOT NULL,
    external TEXT NOT NULL,
    state TEXT NOT NULL,
    received_ms BIGINT NOT NULL,
    body TEXT NOT NULL,
    receiver BLOB,
    UNIQUE (channel, external)
);
CREATE INDEX orders_state ON orders (state, id);

CREATE TABLE shipments (
    id TEXT NOT NULL PRIMARY KEY,
    order_id TEXT NOT NULL REFERENCES orders (id),
    warehouse TEXT NOT NULL,
    -- open is 1 while a bench may be given the shipment: awaiting pick, not cancelled,
    -- not stopped, nothing picked yet.
    open BIGINT NOT NULL,
    rank BIGINT NOT NULL,
    promise_ms BIGINT NOT NULL,
    age_ms BIGINT NOT NULL,
    lease_station TEXT NOT NULL,
    lease_until_ms BIGINT NOT NULL,
    state TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX shipments_order ON shipments (order_id);
CREATE INDEX shipments_open ON shipments (warehouse, open, rank, promise_ms, age_ms, id);
CREATE INDEX shipments_lease ON shipments (lease_station, id);

CREATE TABLE numbers (
    number TEXT NOT NULL PRIMARY KEY,
    carrier TEXT NOT NULL,
    state TEXT NOT NULL,
    shipment TEXT NOT NULL,
    parcel BIGINT NOT NULL,
    at_ms BIGINT NOT NULL
);

CREATE TABLE timeline (
    subject TEXT NOT NULL,
    n BIGINT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    shipment TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    received_ms BIGINT NOT NULL,
    by_who TEXT NOT NULL,
    station TEXT NOT NULL,
    source TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (subject, n)
);

CREATE TABLE exceptions (
    id BIGINT NOT NULL PRIMARY KEY,
    uniq TEXT NOT NULL UNIQUE,
    order_id TEXT NOT NULL,
    closed_ms BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX exceptions_open ON exceptions (closed_ms, id);
CREATE INDEX exceptions_order ON exceptions (order_id, id);

CREATE TABLE stations (id TEXT NOT NULL PRIMARY KEY, warehouse TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE enrol_codes (
    hash TEXT NOT NULL PRIMARY KEY,
    station TEXT NOT NULL,
    warehouse TEXT NOT NULL,
    until_ms BIGINT NOT NULL,
    used_ms BIGINT NOT NULL
);
CREATE TABLE access_keys (id TEXT NOT NULL PRIMARY KEY, hash TEXT NOT NULL UNIQUE, body TEXT NOT NULL);

CREATE TABLE logs (
    id TEXT NOT NULL PRIMARY KEY,
    no BIGINT NOT NULL UNIQUE,
    station TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    hwm BIGINT NOT NULL,
    hash TEXT NOT NULL,
    stable BIGINT NOT NULL,
    closed BIGINT NOT NULL,
    last_ms BIGINT NOT NULL,
    UNIQUE (station, epoch)
);
CREATE TABLE events (
    log_no BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    hash BLOB NOT NULL,
    type TEXT NOT NULL,
    shipment TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    received_ms BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    why TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (EVENTKEY)
) BYDAY;
CREATE INDEX events_shipment ON events (shipment, log_no, seq);
CREATE TABLE facts (
    log TEXT NOT NULL,
    seq BIGINT NOT NULL,
    hash TEXT NOT NULL,
    PRIMARY KEY (log, seq, hash)
);

CREATE TABLE feed (
    warehouse TEXT NOT NULL,
    station TEXT NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    fs BIGINT NOT NULL,
    PRIMARY KEY (warehouse, station, kind, id)
);
CREATE UNIQUE INDEX feed_order ON feed (warehouse, station, fs);

CREATE TABLE warehouses (id TEXT NOT NULL PRIMARY KEY, body TEXT NOT NULL, badge_key BLOB NOT NULL);
CREATE TABLE products (warehouse TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (warehouse, id));
CREATE TABLE locations (warehouse TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (warehouse, id));
CREATE TABLE operators (id TEXT NOT NULL, warehouse TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (id, warehouse));
CREATE TABLE flows (id TEXT NOT NULL, version BIGINT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (id, version));
CREATE TABLE instructions (id TEXT NOT NULL PRIMARY KEY, shipment TEXT NOT NULL, body TEXT NOT NULL);
CREATE INDEX instructions_shipment ON instructions (shipment, id);

CREATE TABLE returns (
    id TEXT NOT NULL PRIMARY KEY,
    channel TEXT NOT NULL,
    external TEXT NOT NULL,
    order_id TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (channel, external)
);
CREATE TABLE tracking (
    waybill TEXT NOT NULL,
    event TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    received_ms BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    place TEXT NOT NULL,
    PRIMARY KEY (waybill, at_ms, event)
);
