package main

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"golang.org/x/crypto/nacl/box"

	"pickstation/localdb"
	"pickstation/order"
	"pickstation/sync/wire"
)

// replayBadgeKey is the badge key of replays whose snapshot brings none.
var replayBadgeKey = make([]byte, 32)

// rows returns the snapshot's feed rows, sealed to the replay's own key: badges in
// the clear become hashes, receivers in the clear are sealed, leases without an end
// get one.
func (w *workSnapshot) rows(db *localdb.DB, now time.Time) ([]wire.FeedRow, error) {
	key, err := localdb.EnsureBoxKey(db.Dir())
	if err != nil {
		return nil, err
	}
	out := make([]wire.FeedRow, 0, len(w.Rows)+1)
	policy := false
	for i, r := range w.Rows {
		r.FS = int64(i + 1)
		switch r.Kind {
		case wire.RowOperator:
			r.Body, err = operatorRow(r.Body)
		case wire.RowWork:
			r.Body, err = workRow(r.Body, key, now)
		case wire.RowPolicy:
			policy = true
			r.Body, err = policyRow(r.Body, key)
		}
		if err != nil {
			return nil, fmt.Errorf("row %d (%s %s): %w", i+1, r.Kind, r.ID, err)
		}
		out = append(out, r)
	}
	if !policy && db.LastSeq() == 0 {
		body, err := policyRow(nil, key)
		if err != nil {
			return nil, err
		}
		out = append([]wire.FeedRow{{FS: 0, Kind: wire.RowPolicy, ID: "policy", Body: body}}, out...)
	}
	return out, nil
}

func operatorRow(body json.RawMessage) (json.RawMessage, error) {
	var in struct {
		order.Operator
		Badge string `json:"badge"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, err
	}
	if in.Badge != "" {
		in.BadgeHash = order.BadgeHash(replayBadgeKey, in.Badge)
	}
	return json.Marshal(in.Operator)
}

func workRow(body json.RawMessage, key *localdb.BoxKey, now time.Time) (json.RawMessage, error) {
	var in struct {
		wire.Work
		Receiver *order.Receiver `json:"receiver"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, err
	}
	if in.Receiver != nil {
		plain, err := json.Marshal(in.Receiver)
		if err != nil {
			return nil, err
		}
		if in.Sealed, err = sealTo(key, plain); err != nil {
			return nil, err
		}
	}
	if in.Lease.Until.IsZero() {
		in.Lease = order.Lease{Token: max(in.Lease.Token, 1), Until: now.Add(7 * 24 * time.Hour), GrantS: 7 * 24 * 3600}
	}
	if in.Shipment.State == "" {
		in.Shipment.State = "awaiting_pick"
	}
	if in.Shipment.Flow == "" {
		in.Shipment.Flow, in.Shipment.FlowVersion = "standard", 1
	}
	return json.Marshal(in.Work)
}

func policyRow(body json.RawMessage, key *localdb.BoxKey) (json.RawMessage, error) {
	p, err := policyOver(body)
	if err != nil {
		return nil, err
	}
	sealed, err := sealTo(key, replayBadgeKey)
	if err != nil {
		return nil, err
	}
	p.BadgeKey = sealed
	return json.Marshal(p)
}

// policyOver returns the default policy with the fields of a JSON text, if there is one.
func policyOver(body []byte) (wire.Policy, error) {
	p := wire.Policy{Policy: order.DefaultPolicy()}
	if body == nil {
		return p, nil
	}
	var has struct {
		Reasons json.RawMessage `json:"reasons"`
	}
	if err := json.Unmarshal(body, &has); err != nil {
		return p, err
	}
	if has.Reasons != nil {
		p.Reasons = nil // the decoder would keep fields of the reasons that stand there
	}
	return p, json.Unmarshal(body, &p)
}

// sealTo seals as the centre does.
func sealTo(key *localdb.BoxKey, plain []byte) ([]byte, error) {
	return box.SealAnonymous(nil, plain, &key.Public, rand.Reader)
}

// writeExampleWork prints a feed snapshot that works.
func writeExampleWork(w io.Writer) error {
	products, err := sampleProducts()
	if err != nil {
		return err
	}
	var snap struct {
		Rows []exampleRow `json:"rows"`
	}
	add := func(kind wire.RowKind, id string, body any) {
		snap.Rows = append(snap.Rows, exampleRow{kind, id, body})
	}
	add(wire.RowPolicy, "policy", order.DefaultPolicy())
	add(wire.RowOperator, "op-1001", map[string]any{"id": "op-1001", "name": "陈师傅", "lang": "zh", "roles": []string{"picker", "packer"}, "badge": demoBadge})
	add(wire.RowOperator, "op-2001", map[string]any{"id": "op-2001", "name": "Lin (lead)", "lang": "en", "roles": []string{"picker", "lead"}, "badge": "BADGE-2001"})
	for i, p := range products {
		add(wire.RowProduct, string(p.SKU), p.Product)
		add(wire.RowLocation, string(p.Home), order.Location{ID: p.Home, Zone: string(p.Home[:1]), Walk: i + 1, Temp: p.Temp})
	}
	for i, lines := range [][]int{{0, 4}, {10}, {20, 6}} {
		add(wire.RowWork, fmt.Sprintf("S-%d", i+1), exampleWork(i+1, products, lines))
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	return enc.Encode(snap)
}

type exampleRow struct {
	Kind wire.RowKind `json:"type"`
	ID   string       `json:"id"`
	Body any          `json:"body"`
}

// exampleWork is a shipment of the given products, two units of each.
func exampleWork(n int, products []sampleProduct, lines []int) any {
	id := order.ShipmentID(fmt.Sprintf("S-%d", n))
	s := order.Shipment{ID: id, Version: 1, Flow: "standard", FlowVersion: 1, State: "awaiting_pick", Warehouse: "main",
		Orders:  []order.OrderRef{{ID: order.OrderID(fmt.Sprintf("O-%d", n)), Channel: "demo", External: fmt.Sprintf("DEMO-%04d", n)}},
		Carrier: order.Carrier{ID: "SF", Name: order.Names{ZH: "顺丰速运", EN: "SF Express"}}, Tote: fmt.Sprintf("TOTE-%03d", n),
		Parcels: []order.Parcel{{No: 1, ID: order.ParcelID(fmt.Sprintf("P-%d", n)), Waybill: order.Waybill{
			Number: fmt.Sprintf("SF140000000%04d", n), Routing: "010-AB-12"}}}}
	for i, p := range lines {
		pr := products[p]
		s.Lines = append(s.Lines, order.Line{No: i + 1, SKU: pr.SKU, Name: pr.Name, Qty: 2, Location: pr.Home, Walk: p + 1,
			Codes: pr.Codes, Track: pr.Track, Temp: pr.Temp, WeightG: pr.WeightG, SpreadG: pr.SpreadG})
	}
	return struct {
		Shipment order.Shipment `json:"shipment"`
		Receiver order.Receiver `json:"receiver"`
	}{s, sampleTrades[0].places[0]}
}
