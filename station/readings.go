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
	mended := false
	if suspect {
		var r order.Reading
		if r, mended = l.mend(&scan, now); mended {
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
	if suspect && !mended {
		text = string(gs1.GS) + text // no lot or serial: element strings that nobody can read
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
	} else if part, ok := r.Part(); ok {
		out.Key = order.CodeKey(part)
	}
	if sscc, ok := r.SSCC(); ok {
		out.Pack = sscc
	}
	out.Lot, _ = r.Lot()
	out.Serial, _ = r.Serial()
	if n, ok := r.Count(); ok && out.Units == 0 {
		out.Units, out.Zero = int(min(n, math.MaxInt32)), n == 0
	}
	if m, ok := r.Expiry(local); ok {
		out.Expiry = order.Date(m.Date.String())
	} else if m, ok := r.BestBefore(local); ok {
		out.Expiry = order.Date(m.Date.String())
	}
	if m, ok := r.NetWeight(); ok {
		out.NetG = grams(m)
	}
	return out, out != order.Reading{}
}

// gramsIn are the units of net weights, by their first AI digits, in grams: the pound and
// the troy ounce are defined as these (NIST SP 811, B.8).
var gramsIn = map[string]float64{"310": 1000, "320": 453.59237, "356": 31.1034768}

// grams is a net weight to the gram, 0 where there is none.
func grams(m gs1.Measure) int {
	g := float64(m.Mantissa) * math.Pow10(m.Exponent) * gramsIn[m.AI[:3]]
	return int(min(math.Round(g), math.MaxInt32))
}

// splitLimit is how many ways to put a lost separator back are looked at. A scan
// with more of them is left open.
const splitLimit = 64

// mend reads a scan in which a separator (FNC1) seems to be lost. The scan as
// printed and the ways to split it are equals: the reading is what all those agree
// on that fit a line on the bench, which is everything where only one fits. Where
// none fits it is what all of them agree on, usually the item. The rules ask for the
// rest: a lot is never guessed.
func (l *Loop) mend(scan *gs1.Scan, now time.Time) (order.Reading, bool) {
	var all []order.Reading
	var printed order.Reading
	if g, ok := scan.As(gs1.KindGS1); ok {
		if printed, ok = l.gs1Reading(&g, now); ok {
			all = append(all, printed)
		}
	}
	splits, every := scan.Splits(splitLimit)
	for _, elements := range splits {
		if r, ok := l.gs1Reading(&gs1.Reading{Kind: gs1.KindGS1, Elements: elements}, now); ok && !r.Zero { // nobody prints a count of nothing
			all = append(all, r)
		}
	}
	var fitting []order.Reading
	if l.ship != nil {
		packing := l.bench.Screen == order.ScreenPack
		for _, r := range all {
			if l.completes(r) || slices.ContainsFunc(l.ship.Lines, func(line order.Line) bool { return fits(&line, r, packing) }) {
				fitting = append(fitting, r)
			}
		}
	}
	r := common(all)
	switch {
	case !every: // there may be more ways, which do not agree
		r.Lot, r.Serial, r.Expiry, r.NetG = "", "", "", 0
	case len(fitting) > 0:
		r = common(fitting)
	}
	r.Mended = beyond(r, printed)
	return r, r != order.Reading{}
}

// beyond says whether a reading holds anything that the symbol does not say as printed.
func beyond(r, printed order.Reading) bool {
	return r.Key != printed.Key || r.Lot != "" && r.Lot != printed.Lot || r.Serial != "" && r.Serial != printed.Serial ||
		r.Expiry != "" && r.Expiry != printed.Expiry || r.NetG != 0 && r.NetG != printed.NetG
}

// fits says whether a reading has all that a line with units to do asks of its goods.
func fits(line *order.Line, r order.Reading, packing bool) bool {
	todo, lots := line.Open(), line.Lots
	if packing {
		todo = line.Unverified()
	} else if lots = nil; line.Lot != "" {
		lots = append(line.Lots[:len(line.Lots):len(line.Lots)], line.Lot)
	}
	switch {
	case todo <= 0 || r.Key == "" || !slices.ContainsFunc(line.Codes, func(c order.ItemCode) bool { return c.Key == r.Key }):
		return false
	case len(lots) > 0 && !slices.Contains(lots, r.Lot), line.Track.Lot && r.Lot == "":
		return false
	case packing && line.Track.Serial && !slices.Contains(line.Serials, r.Serial), line.Track.Serial && r.Serial == "":
		return false
	}
	return packing || (!line.Track.Expiry || r.Expiry != "") && (!line.Track.Weight || r.NetG > 0)
}

// completes says whether a reading without an item has all that the half-known unit
// on the bench still lacks.
func (l *Loop) completes(r order.Reading) bool {
	p := l.bench.Pending
	if p == nil || r.Key != "" {
		return false
	}
	line := l.ship.Line(p.Line)
	if line == nil {
		return false
	}
	lot := p.Lot != "" || r.Lot != "" && (line.Lot == "" || line.Lot == r.Lot) || !line.Track.Lot && line.Lot == ""
	return lot && (p.Serial != "" || r.Serial != "" || !line.Track.Serial) && (p.Expiry != "" || r.Expiry != "" || !line.Track.Expiry) &&
		(p.NetG > 0 || r.NetG > 0 || !line.Track.Weight)
}

// common returns what all readings agree on, nothing where they name different
// goods or numbers of units.
func common(all []order.Reading) order.Reading {
	if len(all) == 0 {
		return order.Reading{}
	}
	out := all[0]
	for _, r := range all[1:] {
		if r.Key != out.Key || r.Units != out.Units || r.Zero != out.Zero {
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
		if r.NetG != out.NetG {
			out.NetG = 0
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
