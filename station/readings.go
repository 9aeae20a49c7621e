package station

import (
	"math"
	"slices"
	"strings"
	"time"

	"pickstation/gs1"
	"pickstation/order"
)

// readings turns what a scanner sent into the readings the rules know. All are
// given; the expected line decides.
func (l *Loop) readings(raw string, now time.Time) (string, []order.Reading) {
	scan := l.reader.Read(raw)
	text := raw[len(scan.AIM):]
	suspect := scan.Flags.Has(gs1.FlagMissingFNC1)
	out := make([]order.Reading, 0, len(scan.Readings)+1)
	if suspect {
		if r, ok := l.mend(&scan, now); ok {
			out = append(out, r)
		}
	}
	for i := range scan.Readings {
		r := &scan.Readings[i]
		switch {
		case r.Kind == gs1.KindText:
			text = r.Text
			out = append(out, order.Reading{Key: strings.Clone(order.CodeKey(r.Text))})
		case r.Kind == gs1.KindGTIN, r.Kind == gs1.KindCarrier:
			out = append(out, order.Reading{Key: order.CodeKey(r.Text)})
		case suspect && r.Kind == gs1.KindGS1: // mend has judged it
		default:
			if rd, ok := l.gs1Reading(r, now); ok {
				out = append(out, rd)
			}
		}
	}
	return text, dedupe(out)
}

// gs1Reading takes the item and its attributes from GS1 elements.
func (l *Loop) gs1Reading(r *gs1.Reading, now time.Time) (order.Reading, bool) {
	var out order.Reading
	local := now.In(l.zone)
	if gtin, ok := r.GTIN(); ok {
		out.Key = order.CodeKey(gtin)
	} else if gtin, n, ok := r.Content(); ok {
		out.Key, out.Units = order.CodeKey(gtin), int(min(n, math.MaxInt32))
	} else if sscc, ok := r.SSCC(); ok {
		out.Key = order.CodeKey(sscc)
	}
	out.Lot, _ = r.Lot()
	out.Serial, _ = r.Serial()
	if n, ok := r.Count(); ok && out.Units == 0 {
		out.Units = int(min(n, math.MaxInt32))
	}
	if m, ok := r.Expiry(local); ok {
		out.Expiry = order.Date(m.Date.String())
	} else if m, ok := r.BestBefore(local); ok {
		out.Expiry = order.Date(m.Date.String())
	}
	return out, out != order.Reading{}
}

// splitLimit is how many ways to put a lost separator back are looked at. A scan
// with more of them is left open.
const splitLimit = 64

// mend reads a scan in which a separator (FNC1) seems to be lost. The scan as
// printed and the ways to split it are equals: where those that fit a line on the
// bench agree on all that the line asks for, that is the reading. Otherwise it holds
// only what all of them agree on, usually the item, and the rules ask for the rest:
// a lot is never guessed.
func (l *Loop) mend(scan *gs1.Scan, now time.Time) (order.Reading, bool) {
	var all []order.Reading
	if g, ok := scan.As(gs1.KindGS1); ok {
		if r, ok := l.gs1Reading(&g, now); ok {
			all = append(all, r)
		}
	}
	splits := scan.Splits(splitLimit)
	for _, elements := range splits {
		if r, ok := l.gs1Reading(&gs1.Reading{Kind: gs1.KindGS1, Elements: elements}, now); ok {
			all = append(all, r)
		}
	}
	if len(all) == 0 {
		return order.Reading{}, false
	}
	var fitting, wanted []order.Reading
	if l.ship != nil && len(splits) < splitLimit {
		packing := l.bench.Screen == order.ScreenPack
		for _, r := range all {
			for i := range l.ship.Lines {
				if w, ok := fits(&l.ship.Lines[i], r, packing); ok {
					fitting = append(fitting, r)
					wanted = append(wanted, w)
				}
			}
		}
	}
	r := common(all)
	if len(dedupe(wanted)) == 1 {
		r = common(fitting)
	}
	return r, r != order.Reading{}
}

// fits says whether a reading has all that a line with units to do asks of its
// goods, and returns the part of it that the line asks for.
func fits(line *order.Line, r order.Reading, packing bool) (order.Reading, bool) {
	isKey := func(c order.ItemCode) bool { return c.Key == r.Key }
	if r.Key == "" || !slices.ContainsFunc(line.Codes, isKey) {
		return order.Reading{}, false
	}
	want := order.Reading{Key: r.Key, Units: r.Units}
	lots, serials, todo := line.Lots, []string(nil), line.Open()
	if packing {
		serials, todo = line.Serials, line.Unverified()
	} else if line.Lot != "" {
		lots = append(lots[:len(lots):len(lots)], line.Lot)
	} else {
		lots = nil
	}
	if todo <= 0 {
		return order.Reading{}, false
	}
	ok := true
	if line.Track.Lot || line.Lot != "" || len(lots) > 0 {
		want.Lot = r.Lot
		ok = r.Lot != "" && (len(lots) == 0 || slices.Contains(lots, r.Lot))
	}
	if line.Track.Serial {
		want.Serial = r.Serial
		ok = ok && r.Serial != "" && (len(serials) == 0 || slices.Contains(serials, r.Serial))
	}
	if line.Track.Expiry && !packing {
		want.Expiry = r.Expiry
		ok = ok && r.Expiry != ""
	}
	return want, ok
}

// common returns what all readings agree on, nothing where they name different
// goods or numbers of units.
func common(all []order.Reading) order.Reading {
	out := all[0]
	for _, r := range all[1:] {
		if r.Key != out.Key || r.Units != out.Units {
			return order.Reading{}
		}
		if r.Lot != out.Lot {
			out.Lot = ""
		}
		if r.Serial != out.Serial {
			out.Serial = ""
		}
		if r.Expiry != out.Expiry {
			out.Expiry = ""
		}
	}
	return out
}

// dedupe drops readings that say the same.
func dedupe(all []order.Reading) []order.Reading {
	out := all[:0]
next:
	for _, r := range all {
		for _, have := range out {
			if have == r {
				continue next
			}
		}
		out = append(out, r)
	}
	return out
}
