// Package localdb is a station's own database: one SQLite file that holds the
// event log, the work leased to the station with its progress, the catalogue, the
// people, the print ledger and what was learnt from the centre.
//
// What it promises:
//
//   - What [Tx.Commit] returned nil for survives a kill and a power cut: WAL with
//     synchronous=FULL, set and read back, opened through a safe open that rewrites
//     the write-ahead log in place and syncs it first.
//   - The event log is the outbox. An event is identified by (log, seq); within a
//     log seq has no holes and each event's hash covers the one before. Nothing is
//     deleted when it is sent: a high-water mark moves.
//   - A pick changes two pages: the leaf of its line and the leaf of the event log.
//     So the plan of a shipment is stored once as JSON and its progress in columns.
//   - Receivers (personal data) are kept only as the sealed bytes that came from the
//     centre, encrypted once more with the key of a day, in a table of their own. They
//     are deleted by age, and their keys destroyed.
//
// One goroutine, the station's loop, writes; it also does all lookups of the scan
// path, on the same connection. Everybody else reads through [Reader].
package localdb
