package storetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pickstation/central"
	"pickstation/order"
)

func anOrder(n int) *central.Order {
	return &central.Order{ID: order.OrderID(fmt.Sprintf("O%07d", n)), Channel: "c", External: fmt.Sprint(n), State: "paid",
		ReceivedAt: noon, Receiver: []byte{1, 2, 3}, Lines: []central.LineIn{{SKU: "A", Qty: 1}}}
}

func orderKey(t *testing.T, s central.Store) {
	write(t, s, func(tx central.Tx) error { return tx.PutOrder(anOrder(1)) })
	twin := anOrder(2)
	twin.External = "1"
	if err := s.Write(t.Context(), func(tx central.Tx) error { return tx.PutOrder(twin) }); err == nil {
		t.Error("two orders have one key")
	}
	changed := anOrder(1)
	changed.State, changed.Receiver = "picked", []byte{9}
	write(t, s, func(tx central.Tx) error { return tx.PutOrder(changed) })
	write(t, s, func(tx central.Tx) error {
		o, err := tx.LockOrderKey("c", "1")
		same(t, "by key", o, changed)
		if err != nil {
			return err
		}
		o, err = tx.LockOrder("O0000001")
		same(t, "by id", o, changed)
		return err
	})
}

func orderPages(t *testing.T, s central.Store) {
	write(t, s, func(tx central.Tx) error {
		for i := range 10 {
			o := anOrder(i)
			if i%3 == 0 {
				o.State = "picked"
			}
			if err := tx.PutOrder(o); err != nil {
				return err
			}
		}
		return nil
	})
	read(t, s, func(r central.Reader) error {
		var got []order.OrderID
		f := central.OrderFilter{State: "picked", Channel: "c", Limit: 3}
		for {
			page, err := r.Orders(f)
			if err != nil || len(page) == 0 {
				same(t, "orders", got, []order.OrderID{"O0000000", "O0000003", "O0000006", "O0000009"})
				return err
			}
			for _, o := range page {
				got = append(got, o.ID)
				f.After = o.ID
			}
		}
	})
}

func aShipment(id string, of order.OrderID) *central.Shipment {
	s := &central.Shipment{Order: of, Stage: order.StageAwaitingPick, Age: noon}
	s.ID, s.Warehouse, s.State = order.ShipmentID(id), "main", "awaiting_pick"
	s.Lines = []order.Line{{No: 1, SKU: "A", Qty: 2}}
	return s
}

func private(t *testing.T, s central.Store) {
	write(t, s, func(tx central.Tx) error {
		for i, id := range []order.OrderID{"O1", "O2", "O3", "O4"} {
			o := &central.Order{ID: id, Channel: "c", External: string(id), State: "x", ReceivedAt: noon.AddDate(0, 0, i), Receiver: []byte{byte(i)}}
			if id == "O2" {
				o.Receiver = nil
			}
			if err := tx.PutOrder(o); err != nil {
				return err
			}
		}
		has, err := tx.HasProducts("main")
		same(t, "a catalogue", has, false)
		if err != nil {
			return err
		}
		if _, err = tx.PutProduct("main", &order.Product{SKU: "A"}); err != nil {
			return err
		}
		has, err = tx.HasProducts("main")
		same(t, "a catalogue", has, true)
		return err
	})
	read(t, s, func(r central.Reader) error {
		var got []order.OrderID
		for after := order.OrderID(""); ; {
			page, err := r.Private(noon.AddDate(0, 0, 3), after, 1)
			if err != nil || len(page) == 0 {
				same(t, "orders", got, []order.OrderID{"O1", "O3"})
				return err
			}
			after = page[0].ID
			got = append(got, after)
		}
	})
}

func available(t *testing.T, s central.Store) {
	write(t, s, func(tx central.Tx) error {
		if err := tx.PutOrder(anOrder(1)); err != nil {
			return err
		}
		for id, change := range map[string]func(*central.Shipment){
			"plain":     func(*central.Shipment) {},
			"older":     func(x *central.Shipment) { x.Age = noon.Add(-time.Hour) },
			"promised":  func(x *central.Shipment) { x.Promise = noon.Add(5 * time.Hour) },
			"sooner":    func(x *central.Shipment) { x.Promise = noon.Add(2 * time.Hour) },
			"first":     func(x *central.Shipment) { x.Priority = 9 },
			"expired":   func(x *central.Shipment) { x.LeaseStation, x.LeaseUntil = "s1", noon.Add(-time.Hour); x.Priority = -1 },
			"leased":    func(x *central.Shipment) { x.LeaseStation, x.LeaseUntil = "s1", noon.Add(time.Hour) },
			"cancelled": func(x *central.Shipment) { x.Cancelled = true },
			"held":      func(x *central.Shipment) { x.Holds = []order.Hold{{Code: order.ToVerify, Stops: true}} },
			"picked":    func(x *central.Shipment) { x.Stage = order.StagePicked },
			"started":   func(x *central.Shipment) { x.Lines[0].Picked = 1 },
			"elsewhere": func(x *central.Shipment) { x.Warehouse = "other" },
		} {
			x := aShipment(id, "O0000001")
			change(x)
			if err := tx.PutShipment(x); err != nil {
				return err
			}
		}
		return nil
	})
	read(t, s, func(r central.Reader) error {
		all, err := r.Available(central.FreeFilter{Warehouse: "main", Expired: noon})
		var got []string
		for _, x := range all {
			got = append(got, string(x.ID))
		}
		same(t, "available", got, []string{"first", "sooner", "promised", "older", "plain", "expired"})
		if err != nil {
			return err
		}
		leased, err := r.LeasedTo("s1")
		same(t, "leased", len(leased), 2)
		if err != nil {
			return err
		}
		held, err := r.Held("s1")
		if err != nil {
			return err
		}
		same(t, "held", held, []central.Held{central.HeldOf(leased[0]), central.HeldOf(leased[1])})
		of, err := r.ShipmentsOf("O0000001")
		same(t, "of the order", len(of), 12)
		return err
	})
}

func availableByZone(t *testing.T, s central.Store) {
	write(t, s, func(tx central.Tx) error {
		if err := tx.PutOrder(anOrder(1)); err != nil {
			return err
		}
		for id, zones := range map[string][]string{"cold": {"cold"}, "cold, dry": {"cold", "dry"}, "dry": {"dry"}, "some in none": {"cold", ""},
			"like dry": {`a"dry`, "dry]"}, "like cold": {`cold"`}, "nobody's": {"冷库"}} {
			x := aShipment(id, "O0000001")
			x.Lines = nil
			for i, zone := range zones {
				x.Lines = append(x.Lines, order.Line{No: i + 1, SKU: "A", Qty: 2, Zone: zone, Walk: i + 1})
			}
			if err := tx.PutShipment(x); err != nil {
				return err
			}
		}
		return nil
	})
	for name, c := range map[string]struct{ zones, others, want []string }{
		"no zones":     {nil, []string{"cold"}, []string{"cold", "cold, dry", "dry", "like cold", "like dry", "nobody's", "some in none"}},
		"dry":          {[]string{"dry"}, []string{"cold"}, []string{"cold, dry", "dry", "like cold", "like dry", "nobody's", "some in none"}},
		"dry, of all":  {[]string{"dry"}, []string{"cold", `cold"`, `a"dry`, "冷库"}, []string{"cold, dry", "dry", "some in none"}},
		"cold":         {[]string{"cold"}, []string{"dry"}, []string{"cold", "cold, dry", "like cold", "like dry", "nobody's", "some in none"}},
		"cold and dry": {[]string{"cold", "dry"}, []string{"冷库"}, []string{"cold", "cold, dry", "dry", "like cold", "like dry", "some in none"}},
	} {
		read(t, s, func(r central.Reader) error {
			all, err := r.Available(central.FreeFilter{Warehouse: "main", Zones: c.zones, Others: c.others})
			var got []string
			for _, x := range all {
				got = append(got, string(x.ID))
			}
			slices.Sort(got)
			same(t, name, got, c.want)
			return err
		})
	}
}

func numbers(t *testing.T, s central.Store) {
	n := central.Number{Number: "SF1", Carrier: "SF", State: central.NumberIssued, Shipment: "S1", Parcel: 1, At: noon}
	write(t, s, func(tx central.Tx) error { return tx.AddNumber(n) })
	err := s.Write(t.Context(), func(tx central.Tx) error { return tx.AddNumber(n) })
	same(t, "again", code(err), "not_unique")
	write(t, s, func(tx central.Tx) error { return tx.SetNumber("SF1", central.NumberVoid) })
	n.State = central.NumberVoid
	read(t, s, func(r central.Reader) error {
		got, err := r.Number("SF1")
		same(t, "number", got, &n)
		return err
	})
}

func exceptionOnce(t *testing.T, s central.Store) {
	write(t, s, func(tx central.Tx) error {
		for i, want := range []bool{true, false} {
			got, err := tx.AddException(central.Exception{Key: "k", Code: "c", Order: "O1", At: noon})
			if err != nil || got != want {
				return fmt.Errorf("exception %d: new %v, %w", i, got, err)
			}
		}
		_, err := tx.AddException(central.Exception{Key: "k2", Code: "c", At: noon})
		return err
	})
	write(t, s, func(tx central.Tx) error { return tx.CloseException(1, "me", noon) })
	read(t, s, func(r central.Reader) error {
		open, err := r.Exceptions(central.ExceptionFilter{})
		same(t, "open", open, []central.Exception{{ID: 2, Code: "c", At: noon}})
		if err != nil {
			return err
		}
		all, err := r.Exceptions(central.ExceptionFilter{Closed: true, Order: "O1"})
		same(t, "closed ones of the order", all, []central.Exception{{ID: 1, Code: "c", Order: "O1", At: noon, ClosedAt: noon, ClosedBy: "me"}})
		for begins, want := range map[string]int{"k": 1, "k2": 1, "k1": 0, "2": 0, "K": 0, "k%": 0} {
			found, err := r.Exceptions(central.ExceptionFilter{Key: begins})
			if err != nil || len(found) != want {
				return fmt.Errorf("keys that begin with %s: %v, %w", begins, found, err)
			}
		}
		return err
	})
	err := s.Write(t.Context(), func(tx central.Tx) error { return tx.CloseException(9, "me", noon) })
	same(t, "closing nothing", code(err), "not_found")
}

func timeline(t *testing.T, s central.Store) {
	want := []central.TimelineRow{
		{Subject: "O1", N: 1, Kind: "state", State: "paid", At: noon, ReceivedAt: noon, By: "op1", ByName: "张三", Source: "scanned"},
		{Subject: "O1", N: 2, Kind: "hold", Shipment: "S1", At: noon.Add(-time.Hour), ReceivedAt: noon, Station: "s1", Source: "system", Note: "n"},
	}
	write(t, s, func(tx central.Tx) error {
		if _, err := tx.PutOperator("main", &order.Operator{ID: "op1", Name: "张三"}); err != nil {
			return err
		}
		for _, row := range want {
			if err := tx.AddTimeline(row); err != nil {
				return err
			}
		}
		return tx.AddTimeline(central.TimelineRow{Subject: "O2", Kind: "state", At: noon, ReceivedAt: noon})
	})
	read(t, s, func(r central.Reader) error {
		got, err := r.Timeline("O1")
		same(t, "timeline", got, want)
		return err
	})
}

func returns(t *testing.T, s central.Store) {
	ret := &central.Return{ID: "R1", Channel: "c", External: "e", State: "x", CreatedAt: noon, ReceivedAt: noon}
	task := &central.Task{Warehouse: "main", OrderID: "O1", Task: order.Task{ID: "T1", Kind: order.TaskMove, At: noon,
		Lines: []order.TaskLine{{No: 1, SKU: "鮮", Qty: 3, N: 2, Counted: true, Goods: []order.Judged{{Qty: 2, Lot: "L7"}}}}}}
	over := &central.Task{Warehouse: "main", OrderID: "O2", Task: order.Task{ID: "T2", Kind: order.TaskCount, Done: true, At: noon}}
	e := central.TrackingEvent{Waybill: "w", Event: "deliver", At: noon, ReceivedAt: noon, Outcome: "waiting"}
	earlier := central.TrackingEvent{Waybill: "w", Event: "collect", At: noon.Add(-time.Hour), ReceivedAt: noon, Outcome: "waiting"}
	write(t, s, func(tx central.Tx) error {
		for _, want := range []bool{true, false} {
			if is, err := tx.PutTracking(e); err != nil || is != want {
				return fmt.Errorf("new %v, %w", is, err)
			}
		}
		_, err := tx.PutTracking(earlier)
		e.Outcome = "applied"
		return errors.Join(err, tx.SetTracking(e), tx.PutReturn(ret), tx.PutTask(task), tx.PutTask(over))
	})
	write(t, s, func(tx central.Tx) error {
		return errors.Join(tx.SetMeta("wave:W1", `{"id":"W1"}`), tx.SetMeta("wave:W2", `{"id":"W2"}`), tx.SetMeta("wavf", "x"), tx.SetMeta("wave", "x"))
	})
	read(t, s, func(r central.Reader) error {
		all, err1 := r.Waves("", 10)
		before, err2 := r.Waves("W2", 10)
		one, err3 := r.Waves("", 1)
		same(t, "waves, the latest first", [][]*central.Wave{all, before, one}, [][]*central.Wave{{{ID: "W2"}, {ID: "W1"}}, {{ID: "W1"}}, {{ID: "W2"}}})
		return errors.Join(err1, err2, err3)
	})
	read(t, s, func(r central.Reader) error {
		got, err1 := r.Tracking("w")
		byKey, err2 := r.ReturnByKey("c", "e")
		byID, err3 := r.Return("R1")
		same(t, "tracking by its times", got, []central.TrackingEvent{earlier, e})
		same(t, "return", []*central.Return{byKey, byID}, []*central.Return{ret, ret})
		one, err4 := r.Task("T1")
		ofOrder, err5 := r.TasksOf("O1")
		open, err6 := r.Tasks(central.TaskFilter{Warehouse: "main"})
		all, err7 := r.Tasks(central.TaskFilter{All: true, After: "T1"})
		same(t, "task", one, task)
		same(t, "tasks of an order, open ones, and a page", [][]*central.Task{ofOrder, open, all}, [][]*central.Task{{task}, {task}, {over}})
		return errors.Join(err1, err2, err3, err4, err5, err6, err7)
	})
}

func runes(t *testing.T, s central.Store) {
	o := anOrder(1)
	o.External = "𠮷 'x\" \\ %_ ; --"
	o.Receiver = make([]byte, 1<<16)
	for range 2000 {
		o.Lines = append(o.Lines, central.LineIn{SKU: "鮮", Name: order.Names{ZH: "芒果🥭"}, Qty: 1})
	}
	write(t, s, func(tx central.Tx) error { return tx.PutOrder(o) })
	read(t, s, func(r central.Reader) error {
		got, err := r.OrderByKey("c", o.External)
		same(t, "order", got, o)
		return err
	})
}
