// Package station is the loop of a bench: one goroutine owns the state, decides
// what enters its mailbox, commits, and only then answers.
//
// # The walk of one scan
//
// Loop.Scan puts it into the mailbox (loop.go). Run takes it out (run.go) and begins
// a batch (batch.go), which goes on while more messages wait, up to 64. The scan's
// bytes become readings (readings.go), order.Decide says what they mean, and the
// batch's transaction stores the events and what they change. One commit makes the
// batch durable; then every scanner hears its tone, and a new view (publish.go) takes
// the place of the old one.
//
// # What it promises
//
//   - A tone other than NOT SAVED means: decided, and durable on disk.
//   - A scan that Loop.Scan took is answered once: with its verdict, or with NOT SAVED
//     where a commit failed or the loop ended before it. Nothing is dropped unheard.
//   - After a failed commit nothing of the batch has happened, here or on disk. Run
//     ends with code not_saved, and a new loop on the database opened again goes on
//     where the last commit left it.
//   - A write from outside (the sync agent's) has a commit of its own: its failure takes
//     no scan along. A read from outside sees only what is durable.
//   - Views never change; nobody has to fetch them, and the newest replaces the rest.
//   - Scans wait while the recent part of the event log is verified, and are then
//     decided in their order.
//   - A separator that a scanner lost is put back only where the goods on the bench
//     leave one way to read the scan.
package station
