// Package world holds no program, only tests: whole worlds of benches, a centre, a bad
// network and bad luck, each from one seed and under one virtual clock. The agent's step
// function and the whole centre (ingest, leases, conflicts, feed) are the real ones. Left out
// are screens, devices and sockets, which the demo's own tests run.
//
// The databases are either the real ones or models of them: a disk that is a few maps, with
// the rules by which a station puts its own events on top of the centre's word, and a store
// of the centre in memory. Everything else is the same, and a test lives seeds on both and
// compares every step. So what goes wrong and what is checked stands here once:
//
//	messages lost, doubled, late; benches cut off for most of a world     mishaps_test.go
//	crashes, backups and restores of benches, noticed and unnoticed       bench_test.go
//	one or two copies of a disk at work beside it, noticed and unnoticed  clone_test.go
//	clocks of benches and (one world of three) the centre's a year off    mishaps_test.go
//	the centre down, crashed, restored from a backup (failover with loss) centre_test.go
//	events that nobody can use: no kind, out of range, newer layout       mishaps_test.go
//	programs one version apart, both ways, through the wire's types       versions_test.go
//	cancellations, new addresses, leases that end, two benches at one
//	order, numbers of blocks, put-backs                                   centre_test.go
//	UNDO, by two copies of a disk, after a cancellation, after a put-back undo_test.go
//
// Worlds live at two paces (pace_test.go): half an hour with short leases, and two weeks with
// the times of a warehouse: the agent's own configuration, leases of a day, cuts and outages
// of days, benches switched off at night, and in some a shutdown of three months, after
// which events and receivers are deleted by age. Keys of days and certificates are in
// neither: they are the database's and the server's.
//
// Checked when a bench begins to believe it, or the centre commits it (ledger_test.go):
// facts are there before they count as acknowledged (I1), logs without holes and each fact
// once (I2), under the station's hashes (I3), marks in order (I4), sums of picks (I5), the
// cursor (I6), edges of the flow (I7), one box a number (I8), one word and one exception a conflict,
// a parked event or an old address that left (I9), the order of what happened, one lease
// a shipment, a bench's time. Checked at rest, for both ends take part (check_test.go):
// no fact is missing (I1), both ends of a log (I3), what benches hold and how far it is (I6),
// put-backs asked for (I9). A world that does not come to rest has failed (I10).
//
// Rules are taken out one by one (broken_test.go), and the worlds must notice each.
package world
