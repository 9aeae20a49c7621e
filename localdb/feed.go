package localdb

import (
	"encoding/json"
	"errors"
	"math"
	"slices"
	"time"

	"pickstation/order"
	"pickstation/sync/wire"
)

// Limits of what a feed row may hold; a row past them is parked.
const (
	maxID      = 200
	maxLines   = 20_000
	maxParcels = 1_000
	maxCodes   = 10_000
	maxQty     = 1_000_000
)

// Heard records that the centre answered just now, and what its clock said.
func (tx *Tx) Heard(serverAt time.Time) error {
	now, mono := tx.db.clock.Wall(), tx.db.clock.Mono()
	if !serverAt.IsZero() {
		tx.feed = true
		tx.db.centre.Learn(serverAt)
	}
	return tx.exec("UPDATE sync SET word=?, word_mono=?, word_boot=?, offset_ms=?",
		millis(now), mono, tx.db.clock.Boot, tx.db.ClockOffset().Milliseconds())
}

// ApplyFeed stores rows of the centre's feed together with the cursor that follows
// them. Applying them again changes nothing. It returns the shipments whose plan,
// progress or lease may have changed. A row that cannot be understood is parked, where
// a person sees it, and never stops the others.
func (tx *Tx) ApplyFeed(rows []wire.FeedRow, next, timeline int64) (touched []order.ShipmentID, err error) {
	tx.feed = true
	tx.db.forget()
	defer tx.db.forget()
	again := false
	for _, r := range rows {
		id, err := tx.applyOrPark(r)
		if err != nil {
			return nil, err
		}
		if id != "" {
			touched = append(touched, id)
		}
		again = again || r.Kind == wire.RowFlow
	}
	if again { // work may have waited for its flow
		more, _, err := tx.RetryParked(nil) // the rest of very many waits for the day's look
		if err != nil {
			return nil, err
		}
		touched = append(touched, more...)
	}
	return touched, tx.exec("UPDATE sync SET cursor=?, timeline=?", next, timeline)
}

// applyOrPark stores a row, or parks it. A later row of the same kind and id takes a
// parked one's place.
func (tx *Tx) applyOrPark(r wire.FeedRow) (order.ShipmentID, error) {
	id, over, err := tx.applyRow(r)
	var bad *badRow
	switch {
	case errors.As(err, &bad):
		id, err = "", tx.park(r, bad.why)
	case err == nil:
		err = tx.unpark(r.Kind, r.ID)
	}
	switch {
	case err != nil:
		return "", err
	case !over:
		return id, tx.hold(&r)
	case r.Kind == wire.RowWorkGone:
		r.Kind = wire.RowWork
		err = tx.unpark(r.Kind, r.ID)
	}
	return id, errors.Join(err, tx.letGo(r.Kind, r.ID))
}

// park keeps a row for later. A work row holds a receiver: it is encrypted as one.
func (tx *Tx) park(r wire.FeedRow, why string) error {
	body, day := append([]byte{}, r.Body...), ""
	if r.Kind == wire.RowWork || r.Kind == wire.RowOperator {
		var err error
		if day = tx.db.today(); r.Kind == wire.RowOperator {
			day = noDay
		}
		if body, err = tx.db.seal(day, parkedID(r.ID), body); err != nil {
			return err
		}
	}
	return tx.exec(`INSERT INTO parked_rows(kind, id, fs, at, body, why, day) VALUES(?,?,?,?,?,?,?)
		ON CONFLICT DO UPDATE SET fs=excluded.fs, at=excluded.at, body=excluded.body, why=excluded.why, day=excluded.day`,
		clip(string(r.Kind)), clip(r.ID), r.FS, millis(tx.db.clock.Wall()), body, why, day)
}

// parkedID keeps the encryption of a parked row apart from that of a receiver.
func parkedID(id string) order.ShipmentID { return order.ShipmentID("parked " + clip(id)) }

// parkedPage is how many parked rows are looked at in one write.
const parkedPage = 1000

// RetryParked tries parked rows once more, oldest first, those after one or all; a newer
// program or a later row may have brought what they lacked. It returns the shipments it
// touched, and the last row that it looked at where there are more.
func (tx *Tx) RetryParked(after *ParkedRow) (touched []order.ShipmentID, last *ParkedRow, err error) {
	parked, err := parkedRows(tx.db.w, tx.db.keyring, after, parkedPage)
	if err != nil {
		return nil, nil, err
	}
	if len(parked) == parkedPage {
		last = &parked[parkedPage-1]
	}
	tx.feed = true
	for _, p := range parked {
		if p.Row.Body == nil {
			continue // its key was destroyed; why it was parked is still told, and AskLeftOut asks for it
		}
		id, over, err := tx.applyRow(p.Row)
		var bad *badRow
		if errors.As(err, &bad) {
			continue // it stays as it is, with the key of the day on which it came
		}
		if err == nil {
			err = tx.unpark(p.Row.Kind, p.Row.ID)
		}
		switch {
		case err != nil:
		case over:
			err = tx.letGo(p.Row.Kind, p.Row.ID)
		default:
			err = tx.holdLate(&p.Row)
		}
		if err != nil {
			return nil, nil, err
		}
		if id != "" {
			touched = append(touched, id)
		}
	}
	return touched, last, nil
}

func (tx *Tx) unpark(kind wire.RowKind, id string) error {
	return tx.exec("DELETE FROM parked_rows WHERE kind=? AND id=?", clip(string(kind)), clip(id))
}

// ParkedRow is a row of the feed that could not be understood.
type ParkedRow struct {
	Row wire.FeedRow
	At  time.Time
	Why string
}

// parkedRows returns parked rows, oldest first, those after one or all.
func parkedRows(c *conn, k *keyring, after *ParkedRow, limit int) (list []ParkedRow, err error) {
	if after == nil {
		after = &ParkedRow{Row: wire.FeedRow{FS: math.MinInt64}}
	}
	err = c.query(`SELECT kind, id, fs, at, body, why, day FROM parked_rows
		WHERE (fs, kind, id) > (?,?,?) ORDER BY fs, kind, id LIMIT ?`, func(r row) error {
		body := r.blob(4)
		if day := r.text(6); day != "" {
			// What cannot be opened any more has no body.
			body, _ = k.unsealDay(day, parkedID(r.text(1)), body) //nolint:errcheck // as said
		}
		list = append(list, ParkedRow{Row: wire.FeedRow{Kind: wire.RowKind(r.text(0)), ID: r.text(1), FS: r.int(2), Body: body},
			At: fromMillis(r.int(3)), Why: r.text(5)})
		return nil
	}, after.Row.FS, string(after.Row.Kind), after.Row.ID, int64(limit))
	return list, err
}

// whyLeftOut is why a row without a body was parked.
const whyLeftOut = "the centre could not show it; see its log"

// AskLeftOut begins the feed again where a row is parked without a body: nothing tells the
// station when the centre can make it, or, where the key of its day was destroyed, that a newer
// program understands it. It says whether it did.
func (tx *Tx) AskLeftOut() (bool, error) {
	for after := (*ParkedRow)(nil); ; {
		parked, err := parkedRows(tx.db.w, tx.db.keyring, after, parkedPage)
		if err != nil {
			return false, err
		}
		if slices.ContainsFunc(parked, func(p ParkedRow) bool { return p.Row.LeftOut() }) {
			break
		}
		if len(parked) < parkedPage {
			return false, nil
		}
		after = &parked[parkedPage-1]
	}
	st, err := tx.db.w.one("SELECT timeline FROM sync")
	if err != nil {
		return false, err
	}
	return true, tx.Repull(st.int(0))
}

// badRow is why a row of the feed was parked.
type badRow struct{ why string }

func (b *badRow) Error() string { return b.why }

func bad(why string) error { return &badRow{why: why} }

func decode(body []byte, into any) error {
	if err := json.Unmarshal(body, into); err != nil {
		return bad("cannot be read: " + err.Error())
	}
	return nil
}

func clip(s string) string { return s[:min(len(s), maxID)] }

// applyRow stores one row and names the shipment it touched, if any. over: nothing is to be
// held of the thing from now on.
func (tx *Tx) applyRow(r wire.FeedRow) (touched order.ShipmentID, over bool, err error) {
	if r.LeftOut() {
		return "", false, bad(whyLeftOut)
	}
	switch r.Kind {
	case wire.RowWork:
		var w wire.Work
		if err := decode(r.Body, &w); err != nil {
			return "", false, err
		}
		return w.Shipment.ID, false, tx.applyWork(&w)
	case wire.RowWorkGone:
		var g wire.Gone
		if err := decode(r.Body, &g); err != nil {
			return "", false, err
		}
		return g.Shipment, true, tx.applyGone(g)
	case wire.RowProduct:
		err = tx.applyProduct(r.Body)
	case wire.RowLocation:
		err = tx.applyLocation(r.Body)
	case wire.RowOperator:
		err = tx.applyOperator(r.Body)
	case wire.RowFlow:
		err = tx.applyFlow(r.Body)
	case wire.RowPolicy:
		err = tx.applyPolicy(r.Body)
	case wire.RowBlock:
		err = tx.applyBlock(r.Body)
	case wire.RowTask:
		over, err = tx.applyTask(r.Body)
	case wire.RowPickup:
		err = tx.applyPickup(r.Body)
	case wire.RowInstruction:
		touched, err = tx.applyInstruction(r.Body)
	default:
		err = bad("unknown kind of row; update the station")
	}
	return touched, over, err
}

func (tx *Tx) applyProduct(body []byte) error {
	var p order.Product
	if err := decode(body, &p); err != nil {
		return err
	}
	if p.SKU == "" || len(p.SKU) > maxID || len(p.Codes) > maxCodes {
		return bad("a product needs a SKU")
	}
	if err := tx.exec("DELETE FROM product_codes WHERE sku=? AND key IN (SELECT c.value->>'key' FROM products p, json_each(p.body,'$.codes') c WHERE p.sku=?)",
		string(p.SKU), string(p.SKU)); err != nil {
		return err
	}
	if err := tx.exec("INSERT INTO products VALUES(?,?) ON CONFLICT DO UPDATE SET body=excluded.body", string(p.SKU), body); err != nil {
		return err
	}
	for _, c := range p.Codes {
		if c.Key == "" {
			continue
		}
		if err := tx.exec("INSERT OR IGNORE INTO product_codes VALUES(?,?)", c.Key, string(p.SKU)); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) applyLocation(body []byte) error {
	var l order.Location
	if err := decode(body, &l); err != nil {
		return err
	}
	if l.ID == "" || len(l.ID) > maxID {
		return bad("a location needs an id")
	}
	return tx.exec("INSERT INTO locations VALUES(?,?) ON CONFLICT DO UPDATE SET body=excluded.body", order.CodeKey(string(l.ID)), body)
}

func (tx *Tx) applyOperator(body []byte) error {
	var o order.Operator
	if err := decode(body, &o); err != nil {
		return err
	}
	if o.ID == "" || len(o.ID) > maxID {
		return bad("an operator needs an id")
	}
	body, err := tx.db.sealName(&o, body)
	if err != nil {
		return err
	}
	return tx.exec("INSERT INTO operators VALUES(?,?,?) ON CONFLICT DO UPDATE SET badge=excluded.badge, body=excluded.body",
		string(o.ID), o.BadgeHash, body)
}

func (tx *Tx) applyFlow(body []byte) error {
	f, err := order.ParseFlow(body)
	if err != nil {
		return bad(err.Error())
	}
	return tx.exec("INSERT INTO flows VALUES(?,?,?) ON CONFLICT DO UPDATE SET body=excluded.body", f.ID, f.Version, body)
}

func (tx *Tx) applyPolicy(body []byte) error {
	var p wire.Policy
	if err := decode(body, &p); err != nil {
		return err
	}
	if _, err := time.LoadLocation(p.Zone); err != nil {
		return bad("unknown time zone " + p.Zone)
	}
	if len(p.BadgeKey) > 0 {
		if _, err := tx.db.box.open(p.BadgeKey); err != nil {
			return bad(err.Error())
		}
	}
	return tx.exec("INSERT INTO policy VALUES(1,?) ON CONFLICT DO UPDATE SET body=excluded.body", body)
}

func (tx *Tx) applyInstruction(body []byte) (order.ShipmentID, error) {
	var i order.Instruction
	if err := decode(body, &i); err != nil {
		return "", err
	}
	if i.ID == "" || len(i.ID) > maxID || i.Kind == "" {
		return "", bad("an instruction needs an id and a kind")
	}
	// What was confirmed here stays confirmed: the centre may not have heard yet. What the
	// centre took as done may be open again after it was restored.
	return i.Shipment, tx.exec(`INSERT INTO instructions VALUES(?,?,?,?,?)
		ON CONFLICT DO UPDATE SET shipment=excluded.shipment, at=excluded.at, done=CASE done WHEN 2 THEN 2 ELSE excluded.done END, body=excluded.body`,
		i.ID, string(i.Shipment), millis(i.At), i.Done, body)
}
