package localdb

import (
	"fmt"

	"pickstation/order"
)

// migrations lead from one version of the schema to the next; PRAGMA user_version
// counts them. They only go forward and are never edited once released.
var migrations = []string{
	`
-- Event logs. A log starts at seq 1, whose row has lsn first_lsn; seq n of a log is
-- row first_lsn+n-1, so that no index beside the primary key is needed.
CREATE TABLE logs(
	no           INTEGER PRIMARY KEY,
	id           TEXT NOT NULL UNIQUE,
	first_lsn    INTEGER NOT NULL,
	base         INTEGER NOT NULL DEFAULT 0, -- events up to here were pruned
	base_hash    BLOB NOT NULL,
	acked        INTEGER NOT NULL DEFAULT 0, -- the centre has them
	stable       INTEGER NOT NULL DEFAULT 0, -- the centre cannot lose them
	closed       INTEGER,                    -- last event that counts, NULL while open
	reissued     INTEGER NOT NULL DEFAULT 0, -- first events that were issued in another log before
	reason       TEXT NOT NULL,
	follows_log  TEXT, follows_seq INTEGER, follows_hash BLOB,
	started      INTEGER NOT NULL
);
CREATE TABLE events(
	lsn      INTEGER PRIMARY KEY,
	log      INTEGER NOT NULL,
	seq      INTEGER NOT NULL,
	type     TEXT NOT NULL,
	shipment TEXT NOT NULL,
	at       INTEGER NOT NULL,
	body     BLOB NOT NULL,
	hash     BLOB NOT NULL
);

-- Work. The plan is JSON and does not change with progress.
CREATE TABLE shipments(
	sid         INTEGER PRIMARY KEY,
	id          TEXT NOT NULL UNIQUE,
	ref         TEXT NOT NULL,
	plan        BLOB NOT NULL,
	priority    INTEGER NOT NULL,
	promise     INTEGER NOT NULL, -- ms, 1<<62 where none was promised
	cold        INTEGER NOT NULL, -- 0 ambient, 1 chilled, 2 frozen: the coldest line
	lines       INTEGER NOT NULL,
	units       INTEGER NOT NULL,
	tote        TEXT NOT NULL,
	carrier     TEXT NOT NULL,
	cancelled   INTEGER NOT NULL,
	state       TEXT NOT NULL,
	stage       TEXT NOT NULL,
	owner       TEXT NOT NULL,
	holds       TEXT NOT NULL,
	stop        TEXT NOT NULL,    -- first hold that stops it
	last        INTEGER NOT NULL, -- lsn of the last own event that changed it
	open        INTEGER NOT NULL, -- belongs in the work queue
	gone        INTEGER NOT NULL, -- ms when the centre took it away, 0 it is here
	gone_why    TEXT NOT NULL,
	done        INTEGER NOT NULL, -- ms of the hand-over of its last parcel, 0 not yet
	lease_token INTEGER NOT NULL,
	lease_until INTEGER NOT NULL, -- ms, the centre's clock
	lease_mono  INTEGER NOT NULL, -- ms since boot at which it ends
	lease_boot  TEXT NOT NULL,
	reading     INTEGER NOT NULL  -- reading of the feed that it came with last
);
CREATE INDEX shipments_queue ON shipments(priority DESC, promise, cold DESC, sid) WHERE open = 1;
CREATE INDEX shipments_owner ON shipments(owner) WHERE owner <> '';
CREATE TABLE lines(
	sid          INTEGER NOT NULL REFERENCES shipments(sid) ON DELETE CASCADE,
	no           INTEGER NOT NULL,
	qty          INTEGER NOT NULL,
	sku          TEXT NOT NULL,
	name_zh      TEXT NOT NULL,
	name_en      TEXT NOT NULL,
	location     TEXT NOT NULL,
	picked       INTEGER NOT NULL,
	packed       INTEGER NOT NULL,
	short        INTEGER NOT NULL,
	short_reason TEXT NOT NULL,
	serials      TEXT NOT NULL, -- JSON, '' none
	lots         TEXT NOT NULL, -- JSON, '' none
	last         INTEGER NOT NULL,
	PRIMARY KEY(sid, no)
) WITHOUT ROWID;
CREATE TABLE parcels(
	sid             INTEGER NOT NULL REFERENCES shipments(sid) ON DELETE CASCADE,
	no              INTEGER NOT NULL,
	waybill         TEXT NOT NULL,
	weight_g        INTEGER NOT NULL,
	prints          INTEGER NOT NULL,
	print_requests  INTEGER NOT NULL,
	printed_version INTEGER NOT NULL,
	labelled        INTEGER NOT NULL, -- ms, 0 not yet
	dispatched      INTEGER NOT NULL, -- ms, 0 not yet
	last            INTEGER NOT NULL,
	PRIMARY KEY(sid, no)
) WITHOUT ROWID;
CREATE INDEX parcels_outbound ON parcels(labelled, sid, no) WHERE labelled > 0 AND dispatched = 0;
CREATE TABLE codes(
	key  TEXT NOT NULL,
	rank INTEGER NOT NULL,
	sid  INTEGER NOT NULL,
	no   INTEGER NOT NULL,
	PRIMARY KEY(key, rank, sid, no)
) WITHOUT ROWID;
CREATE TABLE receivers(shipment TEXT PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID;

-- What the centre tells beside work.
CREATE TABLE products(sku TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE product_codes(key TEXT NOT NULL, sku TEXT NOT NULL, PRIMARY KEY(key, sku)) WITHOUT ROWID;
CREATE TABLE locations(key TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE operators(id TEXT PRIMARY KEY, badge TEXT NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX operators_badge ON operators(badge);
CREATE TABLE flows(id TEXT NOT NULL, version INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY(id, version)) WITHOUT ROWID;
CREATE TABLE policy(one INTEGER PRIMARY KEY CHECK(one = 1), body BLOB NOT NULL);
CREATE TABLE blocks(id TEXT PRIMARY KEY, log TEXT NOT NULL, carrier TEXT NOT NULL, next INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE instructions(id TEXT PRIMARY KEY, shipment TEXT NOT NULL, at INTEGER NOT NULL,
	done INTEGER NOT NULL, -- 0 open, 1 the centre says so, 2 confirmed here
	 body BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX instructions_open ON instructions(at, id) WHERE done = 0;
CREATE TABLE parked_rows(kind TEXT NOT NULL, id TEXT NOT NULL, fs INTEGER NOT NULL, at INTEGER NOT NULL,
	body BLOB NOT NULL, why TEXT NOT NULL, PRIMARY KEY(kind, id)) WITHOUT ROWID;

-- The station's own.
CREATE TABLE bench(one INTEGER PRIMARY KEY CHECK(one = 1), body BLOB NOT NULL);
CREATE TABLE print_jobs(
	id       INTEGER PRIMARY KEY,
	shipment TEXT NOT NULL,
	parcel   INTEGER NOT NULL,
	no       INTEGER NOT NULL,
	version  INTEGER NOT NULL,
	operator TEXT NOT NULL,
	state    TEXT NOT NULL,
	attempts INTEGER NOT NULL,
	ref      TEXT NOT NULL,
	code     TEXT NOT NULL,
	err      TEXT NOT NULL,
	created  INTEGER NOT NULL,
	updated  INTEGER NOT NULL
);
CREATE INDEX print_jobs_of ON print_jobs(shipment, parcel, id);
CREATE INDEX print_jobs_open ON print_jobs(id) WHERE state <> 'done';
CREATE TABLE sync(
	one      INTEGER PRIMARY KEY CHECK(one = 1),
	timeline INTEGER NOT NULL DEFAULT 0,
	cursor   INTEGER NOT NULL DEFAULT 0,
	reading  INTEGER NOT NULL DEFAULT 0,   -- how often the feed was begun again
	swept    INTEGER NOT NULL DEFAULT 0,   -- reading after which all older work was dealt with
	word     INTEGER NOT NULL DEFAULT 0,   -- ms wall clock here when the centre last answered
	word_mono INTEGER NOT NULL DEFAULT 0,
	word_boot TEXT NOT NULL DEFAULT '',
	offset_ms INTEGER NOT NULL DEFAULT 0   -- centre's clock less the clock here
);
INSERT INTO sync(one) VALUES(1);
CREATE TABLE identity(one INTEGER PRIMARY KEY CHECK(one = 1), machine TEXT NOT NULL, disk TEXT NOT NULL, file TEXT NOT NULL);
`,
	`
-- The last packet of each scanner whose protocol marks what it sends again: its
-- fingerprint, and the row of its scan's event.
CREATE TABLE packets(device TEXT PRIMARY KEY, packet BLOB NOT NULL, lsn INTEGER NOT NULL) WITHOUT ROWID;
-- Alerts of cold places that have begun and not ended.
CREATE TABLE cold(device TEXT NOT NULL, kind TEXT NOT NULL, since INTEGER NOT NULL, milli_c INTEGER NOT NULL,
	PRIMARY KEY(device, kind)) WITHOUT ROWID;
`,
	`
-- Papers beside the waybill, and what a paper says of the goods. key is the number of
-- a manifest or the id of a slip's instruction.
ALTER TABLE print_jobs ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE print_jobs ADD COLUMN key TEXT NOT NULL DEFAULT '';
ALTER TABLE print_jobs ADD COLUMN contents TEXT NOT NULL DEFAULT '';
ALTER TABLE print_jobs ADD COLUMN voided INTEGER NOT NULL DEFAULT 0; -- ms, 0 the paper counts
ALTER TABLE print_jobs ADD COLUMN void_why TEXT NOT NULL DEFAULT '';
DROP INDEX print_jobs_open;
CREATE INDEX print_jobs_open ON print_jobs(id) WHERE state NOT IN ('done','dropped');
CREATE INDEX print_jobs_key ON print_jobs(key, id) WHERE key <> '';
ALTER TABLE parcels ADD COLUMN printed_contents TEXT NOT NULL DEFAULT '';
ALTER TABLE parcels ADD COLUMN papers TEXT NOT NULL DEFAULT ''; -- JSON, '' none
-- Parcels that were handed over, for the lists that drivers sign.
CREATE TABLE handovers(
	shipment TEXT NOT NULL,
	parcel   INTEGER NOT NULL,
	waybill  TEXT NOT NULL,
	carrier  TEXT NOT NULL,
	name     TEXT NOT NULL, -- the carrier, JSON
	sort     TEXT NOT NULL, -- where it goes, as the carrier says it
	weight_g INTEGER NOT NULL,
	cold     INTEGER NOT NULL,
	at       INTEGER NOT NULL,
	manifest TEXT NOT NULL DEFAULT '', -- number of its list, '' not listed yet
	PRIMARY KEY(shipment, parcel)
) WITHOUT ROWID;
CREATE INDEX handovers_new ON handovers(carrier, at) WHERE manifest = '';
CREATE INDEX handovers_of ON handovers(manifest, at) WHERE manifest <> '';
CREATE INDEX handovers_waybill ON handovers(waybill);
`,
	`
-- Boxes: what of a line lies in which, and what the bench did with each box. A box that
-- the bench made has no plan: its row is all there is of it.
ALTER TABLE lines ADD COLUMN boxes TEXT NOT NULL DEFAULT ''; -- JSON, '' all in the first
ALTER TABLE parcels ADD COLUMN box TEXT NOT NULL DEFAULT '';
ALTER TABLE parcels ADD COLUMN extra INTEGER NOT NULL DEFAULT 0;
ALTER TABLE parcels ADD COLUMN closed INTEGER NOT NULL DEFAULT 0;
-- Work on several shipments at once: the batch, and the tote or slot that was learnt.
ALTER TABLE shipments ADD COLUMN batch TEXT NOT NULL DEFAULT '';
ALTER TABLE shipments ADD COLUMN slot TEXT NOT NULL DEFAULT '';
`,
	`
-- The day whose key a receiver is encrypted with, '' none: only sealed to the station.
ALTER TABLE receivers ADD COLUMN day TEXT NOT NULL DEFAULT '';
-- The same for work rows that were parked, receiver included.
ALTER TABLE parked_rows ADD COLUMN day TEXT NOT NULL DEFAULT '';
`,
	`
-- Goods that were mixed up: what was wanted, what was scanned, how often. n is counted from
-- the events that are there, gone from those that were deleted since.
CREATE TABLE lookalikes(want TEXT NOT NULL, saw TEXT NOT NULL, n INTEGER NOT NULL DEFAULT 0, gone INTEGER NOT NULL DEFAULT 0,
	last INTEGER NOT NULL, PRIMARY KEY(want, saw)) WITHOUT ROWID;
CREATE INDEX lookalikes_saw ON lookalikes(saw);
`,
	`
-- Tasks: returns, and goods to move and to count. The body holds plan and progress.
CREATE TABLE tasks(
	id       TEXT PRIMARY KEY,
	kind     TEXT NOT NULL,
	body     BLOB NOT NULL,
	priority INTEGER NOT NULL,
	at       INTEGER NOT NULL,
	open     INTEGER NOT NULL, -- 1 somebody is to work on it, 2 not yet, 0 it is over
	reading  INTEGER NOT NULL  -- reading of the feed that it came with last; -1: made here
) WITHOUT ROWID;
CREATE INDEX tasks_open ON tasks(priority DESC, at, id) WHERE open = 1;
CREATE TABLE task_codes(key TEXT NOT NULL, id TEXT NOT NULL, direct INTEGER NOT NULL, PRIMARY KEY(key, id)) WITHOUT ROWID;
`,
	`
-- Logs whose first events were issued in another log before: row first of log "of" is row
-- first_lsn here, and so on for n rows. While done is 0 the copies are being made and count
-- nowhere; after that shipments, lines, parcels and packets still name the old rows.
CREATE TABLE reissues(
	no        INTEGER PRIMARY KEY,
	id        TEXT NOT NULL,
	of        INTEGER NOT NULL,
	first     INTEGER NOT NULL,
	first_lsn INTEGER NOT NULL,
	n         INTEGER NOT NULL,
	hash      BLOB NOT NULL,
	done      INTEGER NOT NULL
);
`,
	`
-- What the picked units of a line weigh together, grams, where each is weighed.
ALTER TABLE lines ADD COLUMN net_g INTEGER NOT NULL DEFAULT 0;
`,
	`
-- Parcels that buyers fetch: when the last one was given out and by whom, JSON, '' not yet.
ALTER TABLE shipments ADD COLUMN fetched TEXT NOT NULL DEFAULT '';
`,
	`
-- How long cold goods have been out of the cold, JSON, '' none; the coolant in a box.
ALTER TABLE shipments ADD COLUMN out_clocks TEXT NOT NULL DEFAULT '';
CREATE INDEX shipments_out ON shipments(last) WHERE out_clocks <> '';
ALTER TABLE parcels ADD COLUMN cooled TEXT NOT NULL DEFAULT '';
`,
	`
-- The mark of the last start and of the one before it: see ownfile.go.
CREATE TABLE session(one INTEGER PRIMARY KEY CHECK(one = 1), mark TEXT NOT NULL, before TEXT NOT NULL);
INSERT INTO session VALUES(1, '00000000000000000000000000000000', '00000000000000000000000000000000');
`,
	`
-- The events that a log issues again may be those of several logs.
ALTER TABLE reissues RENAME TO reissues_of_one;
CREATE TABLE reissues(
	no        INTEGER NOT NULL,
	of        INTEGER NOT NULL,
	id        TEXT NOT NULL,
	first     INTEGER NOT NULL,
	first_lsn INTEGER NOT NULL,
	n         INTEGER NOT NULL,
	hash      BLOB NOT NULL,
	done      INTEGER NOT NULL,
	PRIMARY KEY(no, of)
) WITHOUT ROWID;
INSERT INTO reissues SELECT no, of, id, first, first_lsn, n, hash, done FROM reissues_of_one;
DROP TABLE reissues_of_one;
`,
	`
-- The orders of a batch: asked at each put and each undo of one.
CREATE INDEX shipments_batch ON shipments(batch) WHERE batch <> '';
`,
	`
-- Work of waves, of which there may be none among thousands of orders. What is damaged is of no wave.
CREATE INDEX shipments_wave ON shipments(iif(json_valid(CAST(plan AS TEXT)), CAST(plan AS TEXT) ->> '$.wave.mode', NULL))
	WHERE iif(json_valid(CAST(plan AS TEXT)), CAST(plan AS TEXT) ->> '$.wave.mode', NULL) IS NOT NULL;
`,
	`
-- Units by their serial: the lines that hold them. Rows of lines bring and take theirs.
CREATE TABLE serials(serial TEXT NOT NULL, sid INTEGER NOT NULL, no INTEGER NOT NULL, PRIMARY KEY(serial, sid, no)) WITHOUT ROWID;
INSERT OR IGNORE INTO serials SELECT DISTINCT j.value, l.sid, l.no FROM lines l, json_each(iif(json_valid(l.serials), l.serials, '[]')) j;
CREATE TRIGGER serials_come AFTER INSERT ON lines WHEN new.serials <> '' BEGIN
	INSERT OR IGNORE INTO serials SELECT j.value, new.sid, new.no FROM json_each(iif(json_valid(new.serials), new.serials, '[]')) j;
END;
CREATE TRIGGER serials_go AFTER DELETE ON lines WHEN old.serials <> '' BEGIN
	DELETE FROM serials WHERE sid = old.sid AND no = old.no
		AND serial IN (SELECT j.value FROM json_each(iif(json_valid(old.serials), old.serials, '[]')) j);
END;
`,
	`
-- Orders of the warehouse that their buyers fetch, at whatever bench their parcels are. key is
-- that of the buyer's code, over 1 when nobody waits for them any more.
CREATE TABLE pickups(id TEXT PRIMARY KEY, key TEXT NOT NULL, over INTEGER NOT NULL, at INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
CREATE INDEX pickups_key ON pickups(key);
`,
	`
-- Packs of a line that were picked whole, JSON, '' none.
ALTER TABLE lines ADD COLUMN packs TEXT NOT NULL DEFAULT '';
`,
	`
-- What the feed brought: where each thing stands in it, see held.go. What came before that
-- was noted is read again.
CREATE TABLE held(
	kind    TEXT NOT NULL,
	id      TEXT NOT NULL,
	fs      INTEGER NOT NULL,
	sum     INTEGER NOT NULL, -- checksum of what only the feed changes in the row that it became
	reading INTEGER NOT NULL, -- of the feed, with which it came last
	PRIMARY KEY(kind, id)
) WITHOUT ROWID;
ALTER TABLE shipments DROP COLUMN reading;
ALTER TABLE tasks DROP COLUMN reading;
UPDATE sync SET cursor = 0, reading = reading + 1 WHERE cursor > 0;
`,
	`
-- Where the full tote of a shipment was brought, '' it stands nowhere.
ALTER TABLE shipments ADD COLUMN stands TEXT NOT NULL DEFAULT '';
`,
	`
-- What was scanned into a box beside its goods: codes, JSON, '' nothing.
ALTER TABLE parcels ADD COLUMN inserts TEXT NOT NULL DEFAULT '';
`,
}

// schemaVersion is what this program writes.
var schemaVersion = int64(len(migrations))

// migrate brings the schema up to date. A database of a newer program is refused.
func migrate(c *conn) error {
	r, err := c.one("PRAGMA user_version")
	if err != nil {
		return err
	}
	have := r.int(0)
	if have > schemaVersion {
		return order.Errorf("newer_database", "the database has schema version %d, this program knows %d", have, schemaVersion).
			WithHint("start the newer pickstation again, or restore a backup that is not newer than this program")
	}
	for v := have; v < schemaVersion; v++ {
		text := fmt.Sprintf("BEGIN IMMEDIATE;%s;PRAGMA user_version=%d;COMMIT", migrations[v], v+1)
		if err := c.script(text); err != nil {
			_ = c.script("ROLLBACK") // the first error is the one that counts
			return fmt.Errorf("migrate to schema version %d: %w", v+1, err)
		}
	}
	return nil
}
