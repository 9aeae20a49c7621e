package station_test

import (
	"fmt"

	"pickstation/order"
	"pickstation/station"
)

// marks are the serials that were scanned and which of them are counted.
type marks struct {
	made  int
	holds map[string]order.ShipmentID // by goods and serial
}

// kind makes a line one of goods that want more than a scan for each unit.
func (s *shift) kind(l *order.Line) {
	l.Codes = append(l.Codes, order.ItemCode{Key: gtin(l.No)})
	switch s.rng.IntN(3) {
	case 0:
		l.Scan = order.ScanOnce
	case 1:
		l.Track.Serial = true
	case 2:
		l.Track.Expiry = true
	}
}

// Dates on goods, as the code says them: one that is past and one that is far.
const (
	pastDate = "250101"
	farDate  = "290101"
)

// marked is a symbol of goods with what the line tracks, mostly as it should be; "" where
// it tracks nothing.
func (s *shift) marked(n int, v *station.View) string {
	c := v.Work.Current
	switch odd := s.rng.IntN(4) == 0; {
	case n >= firstOther || n == 0:
	case c.Track.Serial:
		l := s.stored(v.Bench.Shipment).Line(c.No)
		if (odd || v.Bench.Screen == order.ScreenPack) && len(l.Serials) > 0 { // again
			return fmt.Sprintf("]C101%s21%s", gtin(n), l.Serials[s.rng.IntN(len(l.Serials))])
		}
		s.marks.made++
		return fmt.Sprintf("]C101%s21S%d", gtin(n), s.marks.made)
	case c.Track.Expiry && odd:
		return "]C101" + gtin(n) + "17" + pastDate
	case c.Track.Expiry:
		return "]C101" + gtin(n) + "17" + farDate
	}
	return ""
}

// seeMarks fails where a unit with a serial is counted twice, or one that is past its date.
func (s *shift) seeMarks(e *order.Event) {
	s.Helper()
	l := s.stored(e.Shipment).Line(e.Line)
	if l == nil { // a box, or goods that do not go out instead after all
		return
	}
	if l.Track.Expiry && e.Expiry != "" && e.Expiry < "2026" {
		s.Fatalf("%q: %s %d unit(s) that are past their date %s", s.last, e.Type, e.Qty, e.Expiry)
	}
	switch {
	case e.Type == order.EventUndone && e.Reason == string(order.EventPicked):
		delete(s.marks.holds, string(l.SKU)+" "+e.Serial)
	case e.Type != order.EventPicked:
	case l.Track.Serial:
		s.counts.serials++
		if e.Serial == "" || e.Qty != 1 {
			s.Fatalf("%q picks %d unit(s) with serial %q", s.last, e.Qty, e.Serial)
		}
		unit := string(l.SKU) + " " + e.Serial
		if other := s.marks.holds[unit]; other != "" {
			s.Fatalf("%q: %s of order %s is counted in order %s too", s.last, unit, other, e.Shipment)
		}
		if s.marks.holds == nil {
			s.marks.holds = map[string]order.ShipmentID{}
		}
		s.marks.holds[unit] = e.Shipment
	case l.Track.Expiry:
		s.counts.dated++
	case l.Scan == order.ScanOnce && e.Qty > 1:
		s.counts.told++
	}
}
