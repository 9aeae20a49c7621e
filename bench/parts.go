package main

import (
	"encoding/json"
	"fmt"
	"time"

	"pickstation/gs1"
	"pickstation/order"
)

// decodeNS is the bound, in nanoseconds, of reading a symbol.
const decodeNS = 1000

// decode is a GS1 symbol with item, expiry, lot and serial, read and judged.
func decode(e *env) ([]result, error) {
	const raw = "]d201095060001343521727053110LOT7\x1d21S0000001"
	var r gs1.Reader
	if s := r.Read(raw); s.Kind() != gs1.KindGS1 {
		return nil, fmt.Errorf("%q was read as %s: %w", raw, s.Kind(), s.Err)
	}
	var room [8]gs1.Element
	if _, err := gs1.ParseInto(room[:0], raw, gs1.Options{}); err != nil {
		return nil, err
	}
	const block = 1000 // shorter than the turn that the system gives to another program
	var read, strict []time.Duration
	for range e.rounds(200) {
		began := time.Now()
		for range block {
			r.Read(raw)
		}
		read = append(read, time.Since(began)/block)
		began = time.Now()
		for range block {
			_, _ = gs1.ParseInto(room[:0], raw, gs1.Options{})
		}
		strict = append(strict, time.Since(began)/block)
	}
	return []result{of("gs1_read", float64(percentile(read, 50)), "ns", decodeNS),
		of("gs1_parse_strict", float64(percentile(strict, 50)), "ns", decodeNS)}, nil
}

// seal is an event made ready for the log, in turn with the standard library's encoder and
// the same hash.
func seal(e *env) ([]result, error) {
	sh := order.Shipment{ID: "S000000001", Version: 1, FlowVersion: 1, Lines: []order.Line{{No: 1, Qty: 1, Codes: []order.ItemCode{{Key: item(0)}}}},
		Parcels: []order.Parcel{{No: 1}}}
	ev := script("bench", &sh)[2] // a pick
	const block = 1000
	var r rival
	for range e.rounds(200) {
		began := time.Now()
		for n := range block {
			if err := ev.Seal(uint64(n), ev.Hash); err != nil {
				return nil, err
			}
		}
		ours := time.Since(began) / block
		began = time.Now()
		for n := range block {
			ev.Seq = uint64(n)
			body, err := json.Marshal(&ev)
			if err != nil {
				return nil, err
			}
			ev.Hash = order.Chain(ev.Hash, body)
		}
		r.add([]time.Duration{ours}, []time.Duration{time.Since(began) / block})
	}
	return []result{r.p50("event_seal_p50")}, nil
}
