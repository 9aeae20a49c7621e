package main

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"pickstation/order"
	"pickstation/sync/wire"
)

func (r *worldReader) instruction(f []string) error {
	if len(f) < 2 {
		return errors.New("an instruction is KIND NAME [QTY SKU @PLACE]…")
	}
	in := order.Instruction{ID: fmt.Sprintf("I-%s-%s", f[0], f[1]), Kind: order.InstructionKind(f[0]), Shipment: order.ShipmentID("S-" + f[1]),
		Ref: f[1], At: replayStart}
	for g := f[2:]; len(g) > 0; g = g[3:] {
		qty, err := strconv.Atoi(g[0])
		if err != nil || len(g) < 3 {
			return errors.New("goods are QTY SKU @PLACE")
		}
		in.Goods = append(in.Goods, order.PutBack{SKU: order.SKU(g[1]), Name: order.Names{EN: g[1]}, Qty: qty, Location: order.LocationID(strings.TrimPrefix(g[2], "@"))})
	}
	r.add(wire.RowInstruction, in.ID, in)
	return nil
}

// stockOption adds what stock says of a line's goods: a pack, loose units, or their serials.
func stockOption(l *order.Line, key, value string) (err error) {
	if key == "serials" {
		l.Stock = append(l.Stock, order.Stock{Serials: strings.Split(value, "+")})
		return nil
	}
	what, place, _ := strings.Cut(value, "@")
	f := strings.Split(what, ":")
	st := order.Stock{Location: order.LocationID(place)}
	if key == "pack" {
		st.Pack, f = f[0], f[1:]
	}
	f = append(f, "", "", "")
	if st.Qty, err = strconv.Atoi(f[0]); err != nil {
		return fmt.Errorf("%s=%s: stock is a number of units, a lot and a day", key, value)
	}
	st.Lot, st.Expiry = f[1], order.Date(f[2])
	l.Stock = append(l.Stock, st)
	return nil
}

// pickup is an order whose parcel another bench has, or gave to its buyer.
func (r *worldReader) pickup(f []string) error {
	if len(f) < 3 {
		return errors.New("a pickup is NAME CODE BENCH [packed] [fetched=OPERATOR] [stop=HOLD]")
	}
	p := order.PickupPlace{Shipment: order.ShipmentID("S-" + f[0]), Ref: f[0], Hash: order.PickupHash(replayBadgeKey, f[1]),
		Station: order.StationID(f[2]), Parcels: 1, Waybill: "PU-" + f[0]}
	for _, w := range f[3:] {
		switch key, value, _ := strings.Cut(w, "="); key {
		case "fetched":
			p.Packed, p.Fetched = true, &order.Fetched{At: replayStart, By: order.OperatorID(value)}
		case "stop":
			p.Packed, p.Stop = true, order.HoldCode(value)
		case "packed":
			p.Packed = true
		default:
			return fmt.Errorf("%q is nothing a pickup has", w)
		}
	}
	r.add(wire.RowPickup, string(p.Shipment), p)
	return nil
}

// numbers leases a block of waybill numbers to the station's first log.
func (r *worldReader) numbers(f []string) error {
	if len(f) != 4 {
		return errors.New("numbers are CARRIER PREFIX FROM TO")
	}
	from, err1 := strconv.ParseInt(f[2], 10, 64)
	to, err2 := strconv.ParseInt(f[3], 10, 64)
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	b := order.NumberBlock{ID: "B-" + f[0] + f[2], Log: replayLog(1), Carrier: order.CarrierID(f[0]),
		NumberForm: order.NumberForm{Prefix: f[1], Width: len(f[3])}, From: from, To: to}
	r.add(wire.RowBlock, b.ID, b)
	return nil
}

// catalogue adds many products and places.
func (r *worldReader) catalogue(f []string) error {
	if len(f) != 2 {
		return errors.New("a catalogue is SKUS PLACES")
	}
	skus, err1 := strconv.Atoi(f[0])
	places, err2 := strconv.Atoi(f[1])
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	for i := range min(places, 1_000_000) {
		id := fmt.Sprintf("PLACE-%d", i)
		r.add(wire.RowLocation, id, order.Location{ID: order.LocationID(id), Walk: i})
	}
	for i := range min(skus, 1_000_000) {
		sku := fmt.Sprintf("SKU-%d", i)
		r.add(wire.RowProduct, sku, order.Product{SKU: order.SKU(sku), Name: order.Names{EN: sku},
			Codes: []order.ItemCode{{Key: sku}}, Home: order.LocationID(fmt.Sprintf("PLACE-%d", i%max(places, 1)))})
	}
	return nil
}
