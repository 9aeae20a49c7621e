package order

import (
	"testing"
	"time"
)

func TestAColdAlertComesBackFromItsEventAndIsAFactWithoutAShipment(t *testing.T) {
	at := time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)
	for _, a := range []ColdAlert{
		{Probe: "cold-1", Kind: TooWarm, Since: at.Add(-12 * time.Minute), MilliC: -11_500},
		{Probe: "cold-1", Kind: TooWarm, Since: at.Add(-12 * time.Minute), MilliC: 0, Over: true},
		{Probe: "cold-2", Kind: NoSamples, Since: at.Add(-5 * time.Minute)},
	} {
		e := a.Event(at)
		if err := e.Seal(1, LogStart("x")); err != nil {
			t.Fatal(err)
		}
		back, err := ParseEvent(e.Body)
		if err != nil {
			t.Fatal(err)
		}
		if got := ColdAlertOf(&back); got != a {
			t.Errorf("%+v came back as %+v", a, got)
		}
		if back.Shipment != "" || back.By != "" || !back.Time().Equal(at) {
			t.Errorf("the event: %s", e.Body)
		}
		s := Shipment{State: "awaiting_pick"}
		if c := Apply(&s, StandardFlow(), &back); c.Anomaly != AnomalyNone || c.Moved() {
			t.Errorf("applied: %+v", c)
		}
	}
}

func TestTheExpectedWeightIsOfThePickedGoodsWhereAllAreKnown(t *testing.T) {
	one := []Parcel{{No: 1}}
	for name, c := range map[string]struct {
		s     Shipment
		grams int
		ok    bool
	}{
		"picked units count":     {Shipment{Parcels: one, Lines: []Line{{Qty: 9, Picked: 2, WeightG: 250}, {Qty: 1, Picked: 1, WeightG: 30}, {Qty: 1}}}, 530, true},
		"an unknown unit weight": {Shipment{Parcels: one, Lines: []Line{{Picked: 2, WeightG: 250}, {Picked: 1}}}, 0, false},
		"nothing picked":         {Shipment{Parcels: one, Lines: []Line{{Qty: 2, WeightG: 250}}}, 0, false},
		"two parcels":            {Shipment{Parcels: make([]Parcel, 2), Lines: []Line{{Picked: 2, WeightG: 250}}}, 0, false},
	} {
		if grams, ok := c.s.ExpectedWeight(); ok != c.ok || ok && grams != c.grams {
			t.Errorf("%s: %d %v", name, grams, ok)
		}
	}
}

func TestOnlyTheFirstParcelWithoutALabelIsWeighedAndOnlyOnce(t *testing.T) {
	done := Parcel{No: 1, Labelled: true, WeightG: 100}
	for name, c := range map[string]struct {
		s    Shipment
		want int
	}{
		"the first without a label": {Shipment{Parcels: []Parcel{done, {No: 2}, {No: 3}}}, 2},
		"it has its weight":         {Shipment{Parcels: []Parcel{done, {No: 2, WeightG: 50}, {No: 3}}}, 0},
		"all are labelled":          {Shipment{Parcels: []Parcel{done}}, 0},
		"cancelled":                 {Shipment{Cancelled: true, Parcels: []Parcel{{No: 1}}}, 0},
		"stopped":                   {Shipment{Holds: []Hold{{Code: "intercepted", Stops: true}}, Parcels: []Parcel{{No: 1}}}, 0},
	} {
		no := 0
		if p := c.s.ToWeigh(&Policy{}); p != nil {
			no = p.No
		}
		if no != c.want {
			t.Errorf("%s: parcel %d, want %d", name, no, c.want)
		}
	}
}
