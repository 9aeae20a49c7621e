package order

import "slices"

// Stock is some of a line's goods as stock says that they lie: in a pack 整件 that has a
// code of its own, or loose. It is as old as the plan; what a scan says goes before it.
type Stock struct {
	Pack     string     `json:"pack,omitempty" doc:"SSCC or licence plate of the pack; unset: loose units"`
	Qty      int        `json:"qty,omitempty" doc:"units, needed of a pack"`
	Lot      string     `json:"lot,omitempty"`
	Expiry   Date       `json:"expiry,omitempty" doc:"use-by day, YYYY-MM-DD"`
	Location LocationID `json:"location,omitempty" doc:"the line's if unset"`
	Serials  []string   `json:"serials,omitempty" doc:"serial numbers of the units"`
}

// Limits of what a line may say of stock.
const (
	maxStock   = 100  // entries
	maxSerials = 1000 // serial numbers in an entry
)

// CheckStock says what is wrong with what a plan says of a line's stock, "" nothing.
func CheckStock(all []Stock) string {
	if len(all) > maxStock {
		return "too many entries"
	}
	packs := map[string]bool{}
	for i := range all {
		st := &all[i]
		switch {
		case st.Qty < 0 || st.Qty > maxUnits || st.Pack != "" && st.Qty == 0:
			return "a pack has a number of units"
		case st.Pack != "" && (CodeKey(st.Pack) == "" || !trackable(st.Pack, maxCode)):
			return "the code of a pack is not usable"
		case packs[CodeKey(st.Pack)]:
			return "a pack stands twice"
		case !trackable(st.Lot, maxCode) || st.Expiry.AddDays(0) != st.Expiry:
			return "lot or expiry is not usable"
		case len(st.Serials) > maxSerials || slices.ContainsFunc(st.Serials, func(s string) bool { return s == "" || !trackable(s, maxCode) }):
			return "a serial number is not usable"
		}
		packs[CodeKey(st.Pack)] = st.Pack != ""
	}
	return ""
}

// pack returns the line's pack with that key, or nil.
func (l *Line) pack(key string) *Stock {
	if key == "" {
		return nil
	}
	for i := range l.Stock {
		if st := &l.Stock[i]; st.Pack != "" && CodeKey(st.Pack) == key {
			return st
		}
	}
	return nil
}

// there lists what stock says lies at the line's place and was not taken whole.
func (l *Line) there() (all []*Stock) {
	for i := range l.Stock {
		st := &l.Stock[i]
		if (st.Location == "" || st.Location == l.Location) && !slices.Contains(l.Packs, st.Pack) {
			all = append(all, st)
		}
	}
	return all
}

// PacksThere lists the packs that stock knows at the line's place and that were not taken.
func (l *Line) PacksThere() (packs []Stock) {
	for _, st := range l.there() {
		if st.Pack != "" {
			packs = append(packs, *st)
		}
	}
	return packs
}

// severalPacks says whether a pack at the line's place is not the only source of its
// goods there, so that their own code does not tell what they are taken from. One that names
// a lot tells it where no pack has that.
func (l *Line) severalPacks(lot string) bool {
	all := l.there()
	return len(all) > 1 && slices.ContainsFunc(all, func(st *Stock) bool {
		return st.Pack != "" && (lot == "" || st.Lot == "" || st.Lot == lot)
	})
}

// oneLot returns the one lot and expiry of all that lies at the line's place, or of what lies
// loose there where stock knows of that; "" where stock knows of several, or does not tell.
func (l *Line) oneLot(loose bool) (lot string, expiry Date) {
	all := l.there()
	inPack := func(st *Stock) bool { return st.Pack != "" }
	if units := slices.DeleteFunc(slices.Clone(all), inPack); loose && len(units) > 0 {
		all = units
	}
	for i, st := range all {
		if i == 0 {
			lot, expiry = st.Lot, st.Expiry
		}
		if st.Lot != lot {
			return "", ""
		}
		if st.Expiry != expiry {
			expiry = ""
		}
	}
	return lot, expiry
}

// hasLot says whether the line's goods may be of that lot, as far as the plan tells.
func (l *Line) hasLot(lot string) bool {
	return lot != "" && (l.Lot == lot || l.Lot == "" && slices.ContainsFunc(l.there(), func(st *Stock) bool { return st.Lot == lot }))
}

// hasSerial says whether a unit with that serial is among the line's goods, as stock says.
func (l *Line) hasSerial(serial string) bool {
	return serial != "" && l.Track.Serial && slices.ContainsFunc(l.Stock, func(st Stock) bool { return slices.Contains(st.Serials, serial) })
}
