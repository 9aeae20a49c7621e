package order

import "time"

// ColdKind says what is wrong with a cold place.
type ColdKind string

// The kinds.
const (
	TooWarm   ColdKind = "too_warm"
	TooCold   ColdKind = "too_cold"
	NoSamples ColdKind = "no_samples" // its probe tells nothing: nobody knows how warm it is
)

// ColdAlert is a cold place that has been outside its limits, or unknown, for longer
// than it may. One event says that it began, another that it is over.
type ColdAlert struct {
	Probe  DeviceID
	Kind   ColdKind
	Since  time.Time // when the limit was passed, or the last sample came
	MilliC int       // worst temperature since then, thousandths of a degree Celsius; not valid with NoSamples
	Over   bool
}

// Event returns the draft of the event that records the alert at a business time. It
// belongs to no shipment and to nobody at the bench.
func (a ColdAlert) Event(at time.Time) Event {
	return Event{Type: EventTemperature, V: EventVersion, At: at.UnixMilli(), Device: a.Probe, Source: System,
		Reason: string(a.Kind), MilliC: a.MilliC, Since: a.Since.UnixMilli(), Over: a.Over}
}

// ColdAlertOf reads the alert back from its event.
func ColdAlertOf(e *Event) ColdAlert {
	return ColdAlert{Probe: e.Device, Kind: ColdKind(e.Reason), Since: time.UnixMilli(e.Since).UTC(), MilliC: e.MilliC, Over: e.Over}
}

// ExpectedWeight returns what the goods picked for a shipment weigh together, grams;
// ok is false where the unit weight of some is not known, nothing is picked, or several
// parcels share them. Packaging is not in it.
func (s *Shipment) ExpectedWeight() (grams int, ok bool) {
	if len(s.Parcels) != 1 {
		return 0, false
	}
	for i := range s.Lines {
		l := &s.Lines[i]
		if l.Picked > 0 && l.weigh(l.Picked) <= 0 {
			return 0, false
		}
		grams += l.weigh(l.Picked)
	}
	return grams, grams > 0
}

// ToWeigh returns the parcel on which a weight at this bench would be booked, and which
// has none yet: nil where there is none, its coolant or what is enclosed is not in, or the
// shipment is stopped.
func (s *Shipment) ToWeigh(pol *Policy) *Parcel {
	if s.Cancelled || s.Stopped() != nil {
		return nil
	}
	if p := s.now().due(); p != nil && p.WeightG == 0 && pol.coolantDue(s, p) == nil && pol.insertDue(s, p) == nil {
		return p
	}
	return nil
}
