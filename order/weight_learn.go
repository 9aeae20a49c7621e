package order

import (
	"cmp"
	"math"
	"slices"
	"strconv"
)

// WeightSample is what one weighed parcel says of a SKU.
type WeightSample struct {
	Parcel string  `json:"p"` // shipment and number: a box that is weighed again counts once
	Grams  float64 `json:"g"` // of one unit
	Units  int     `json:"n"` // so many were weighed together
}

// LearntWeight is what verified parcels say of the unit weight of a SKU. The latest
// samples are kept; median and median deviation are taken of them, so that neither a
// wrong parcel nor a few of them move the result, while a new packaging of the goods is
// learnt within some parcels.
type LearntWeight struct {
	Samples []WeightSample `json:"samples"`
}

const (
	maxSamples = 31 // kept of a SKU
	minSamples = 5  // before anything is said
	madSigma   = 1.4826

	enoughToDoubt = 10   // boxes before a weight that a person gave is called wrong
	maxOff        = 0.03 // of that weight: what boxes may be off before it is
)

// Add takes a sample; one of the same parcel takes the place of the older.
func (l *LearntWeight) Add(x WeightSample) {
	l.Samples = slices.DeleteFunc(slices.Clone(l.Samples), func(o WeightSample) bool { return o.Parcel == x.Parcel })
	l.Samples = append(l.Samples, x)
	l.Samples = l.Samples[max(0, len(l.Samples)-maxSamples):]
}

// Weight returns unit weight and standard deviation, grams; ok is false while too few
// parcels are known. A parcel of many units says more of the spread of one: the mean of n
// units deviates by a root of n less.
func (l *LearntWeight) Weight() (grams, spread int, ok bool) {
	if len(l.Samples) < minSamples {
		return 0, 0, false
	}
	all := make([]float64, len(l.Samples))
	for i, x := range l.Samples {
		all[i] = x.Grams
	}
	mid := median(all)
	for i, x := range l.Samples {
		all[i] = math.Abs(x.Grams-mid) * math.Sqrt(float64(max(x.Units, 1)))
	}
	grams = int(math.Round(mid))
	return grams, max(1, int(math.Ceil(madSigma*median(all)))), grams > 0
}

// BesideGiven is what boxes say of an article whose unit weight a person gave.
type BesideGiven struct {
	MeanG   int  // what a unit weighs by the boxes
	SpreadG int  // standard deviation with which boxes fit the given weight
	Wrong   bool // the given weight is off by more than chance: a person must look
}

// Beside compares the samples with the weight that a person gave; ok is false while too few
// boxes are known. What a person gave stays: the spread takes in by how much a usual box is off
// because each of its units is, up to maxOff of the weight. What is more is Wrong where boxes
// are off by more than tolG, too: below that it may be paper, tape and the scale.
func (l *LearntWeight) Beside(given int, tolG int) (b BesideGiven, ok bool) {
	mean, spread, ok := l.Weight()
	if !ok || given <= 0 {
		return b, false
	}
	units, boxes := make([]int, len(l.Samples)), make([]float64, len(l.Samples))
	for i, x := range l.Samples {
		units[i], boxes[i] = x.Units, math.Abs(x.Grams-float64(given))*float64(x.Units)
	}
	slices.Sort(units)
	usual := float64(max(units[len(units)*9/10], 1)) // nine boxes of ten have no more
	off, most := math.Abs(float64(mean-given)), maxOff*float64(given)
	b = BesideGiven{MeanG: mean, SpreadG: spread + int(math.Ceil(min(off, most)*math.Sqrt(usual)/sigmas))}
	b.Wrong = len(l.Samples) >= enoughToDoubt && off > most && median(boxes) > float64(cmp.Or(tolG, defaultTolG))
	return b, true
}

// FillWeight gives a line what the catalogue knows of its weight by now: the weight where it
// has none, and the spread where it has the same weight and none.
func (l *Line) FillWeight(p *Product) {
	switch {
	case l.WeightG == 0:
		l.WeightG, l.SpreadG = p.WeightG, p.SpreadG
	case l.SpreadG == 0 && l.WeightG == p.WeightG:
		l.SpreadG = p.SpreadG
	}
}

// median returns the middle of a list, which it sorts.
func median(all []float64) float64 {
	slices.Sort(all)
	n := len(all)
	return (all[(n-1)/2] + all[n/2]) / 2
}

// WeightSample returns what the weight of a parcel says of the one SKU in it that is asked
// about, where there is exactly one and all else in the box is known. given returns the
// weight of the others, and 0 for what is asked about.
func (s *Shipment) WeightSample(p *Parcel, grams int, pol *Policy, given func(SKU) int) (sku SKU, x WeightSample, ok bool) {
	box, known := pol.Packaging(cmp.Or(p.Box, p.Packaging))
	coolant, weighed := pol.coolantG(s, p)
	if grams <= 0 || !known || box.TareG <= 0 || !weighed {
		return "", x, false
	}
	rest, units := float64(grams-box.TareG-coolant), 0
	for _, in := range pol.Enclosed(p) {
		rest -= float64(in.WeightG)
	}
	for i := range s.Lines {
		l := &s.Lines[i]
		n := s.inBox(l, p.No)
		if n == 0 {
			continue
		}
		if l.Track.Weight { // each unit has a weight of its own
			if l.weigh(n) <= 0 {
				return "", x, false
			}
			rest -= float64(l.weigh(n))
			continue
		}
		g := given(l.SKU)
		switch {
		case g > 0:
			rest -= float64(n * g)
		case sku != "" && sku != l.SKU:
			return "", x, false // two are unknown
		default:
			sku, units = l.SKU, units+n
		}
	}
	if sku == "" || rest <= 0 {
		return "", x, false
	}
	return sku, WeightSample{Parcel: string(s.ID) + "/" + strconv.Itoa(p.No), Grams: rest / float64(units), Units: units}, true
}
