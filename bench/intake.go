package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"pickstation/central"
	"pickstation/order"
)

// intakeBatch is how many orders a shop sends in one request.
const intakeBatch = 50

// intake is how many orders of a real day's size (22 lines of a catalogue) a centre takes
// a second: reviewed, allocated, numbered, durable. PostgreSQL is a network away, so it is
// measured against SQLite, in turn.
func intake(e *env) (_ []result, err error) {
	var hubs []*hub
	for _, open := range []func(string) (*hub, error){e.onPostgres, e.onFile} {
		h, err := open("intake")
		if err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, h.close()) }()
		if err := h.goods(); err != nil {
			return nil, err
		}
		hubs = append(hubs, h)
	}
	rates := make([][]float64, len(hubs))
	for n := range e.rounds(20) {
		for i, h := range hubs {
			batch := make([]central.OrderIn, intakeBatch)
			for k := range batch {
				batch[k] = goodsOrder(n*intakeBatch + k)
			}
			began := time.Now()
			if _, err := h.svc.Intake(context.Background(), central.By{Who: "bench", Source: "cli"}, batch); err != nil {
				return nil, err
			}
			rates[i] = append(rates[i], intakeBatch/time.Since(began).Seconds())
		}
	}
	pg, file := median(rates[0]), median(rates[1])
	return []result{of("pg_intake", pg, "orders/s", file), of("sqlite_intake", file, "orders/s", 0)}, nil
}

// intakeGoods is the size of the catalogue.
const intakeGoods = 500

func goodsSKU(n int) order.SKU { return order.SKU(fmt.Sprintf("G%04d", n%intakeGoods)) }

// goods stores a catalogue.
func (h *hub) goods() error {
	all := make([]order.Product, intakeGoods)
	for n := range all {
		all[n] = order.Product{SKU: goodsSKU(n), Name: order.Names{ZH: "芒果", EN: "Mango"}, Codes: []order.ItemCode{{Key: fmt.Sprintf("69%011d", n)}},
			WeightG: 300, Home: order.LocationID(fmt.Sprintf("A-%03d", n%100))}
	}
	_, err := h.svc.PutProducts(context.Background(), "", all)
	return err
}

// goodsOrder is an order whose lines say no more than the catalogue does not know.
func goodsOrder(n int) central.OrderIn {
	in := hubOrder(n)
	for k := range in.Lines {
		l := &in.Lines[k]
		l.SKU, l.Codes, l.Location = goodsSKU(n*7+k*11), nil, ""
	}
	return in
}
