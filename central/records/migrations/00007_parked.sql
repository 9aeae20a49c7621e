-- +goose Up
-- Events that wait for a program that can read them.
CREATE INDEX events_parked ON events (log_no, seq) WHERE outcome = 'parked';
