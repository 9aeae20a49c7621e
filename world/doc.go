// Package world holds no program, only tests: whole worlds of benches, a centre, a bad
// network and bad luck, each from one seed and under one virtual clock. The parts are
// the real ones: the station's database, the step function of its agent, the centre
// with its ingest, leases, conflicts and feed, and its SQLite store. Left out are
// screens, devices and sockets, which the demo's own tests run.
package world
