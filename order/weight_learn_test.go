package order

import (
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
)

// parcels weighs n parcels with one to four units each of goods that weigh grams with
// that spread; a tenth of them are wrong: a unit too many.
func parcels(l *LearntWeight, rng *rand.Rand, from, n int, grams, spread float64, wrong bool) {
	for i := range n {
		units := 1 + rng.IntN(4)
		sum := 0.0
		for range units {
			sum += grams + rng.NormFloat64()*spread
		}
		if wrong && i%10 == 3 {
			sum += grams
		}
		l.Add(WeightSample{Parcel: strconv.Itoa(from + i), Grams: sum / float64(units), Units: units})
	}
}

func TestWeightsAreLearntFromParcels(t *testing.T) {
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 1))
		var l LearntWeight
		parcels(&l, rng, 0, 4, 350, 6, false)
		if _, _, ok := l.Weight(); ok {
			t.Fatal("four parcels are enough")
		}
		last := math.Inf(1)
		for _, n := range []int{5, 60} {
			parcels(&l, rng, 10*n, n, 350, 6, true)
			g, s, ok := l.Weight()
			if off := math.Abs(float64(g) - 350); !ok || off > 8 || s < 1 || s > 20 {
				t.Fatalf("seed %d, %d parcels: %d g ± %d, %v", seed, n, g, s, ok)
			} else {
				last = off
			}
		}
		if last > 4 {
			t.Fatalf("seed %d: still %f g off", seed, last)
		}
	}
}

func TestOneWrongParcelPoisonsNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	var l LearntWeight
	parcels(&l, rng, 0, 12, 350, 5, false)
	g, s, _ := l.Weight()
	for _, bad := range []float64{0.1, 5000, 90_000} {
		x := l
		x.Add(WeightSample{Parcel: "bad", Grams: bad, Units: 1})
		bg, bs, ok := x.Weight()
		if !ok || bg < g-5 || bg > g+5 || bs > s+5 {
			t.Errorf("a parcel of %.0f g makes %d ± %d of %d ± %d", bad, bg, bs, g, s)
		}
	}
}

func TestNewPackagingIsLearnt(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	var l LearntWeight
	parcels(&l, rng, 0, 31, 350, 5, false)
	parcels(&l, rng, 100, 20, 410, 5, false)
	if g, _, _ := l.Weight(); g < 405 || g > 415 {
		t.Errorf("still %d g", g)
	}
}

func TestABoxThatIsWeighedAgainCountsOnce(t *testing.T) {
	var l LearntWeight
	for range 9 {
		l.Add(WeightSample{Parcel: "S-A/1", Grams: 100, Units: 1})
	}
	if len(l.Samples) != 1 {
		t.Fatalf("%d samples", len(l.Samples))
	}
}

func TestAParcelSaysSomethingOfItsOneUnknownItemOnly(t *testing.T) {
	pol := DefaultPolicy()
	pol.Packagings = []Packaging{{Code: "M", TareG: 100}, {Code: "X"}}
	given := func(sku SKU) int { return map[SKU]int{"tea": 50}[sku] }
	s := ship1("A", line("mango", 2, "L1", func(l *Line) { l.Picked = 2 }), line("tea", 3, "L2", func(l *Line) { l.Picked = 3 }))
	p := &s.Parcels[0]
	p.Box = "M"
	sku, x, ok := s.WeightSample(p, 950, &pol, given)
	if !ok || sku != "mango" || x.Grams != 350 || x.Units != 2 || x.Parcel != "S-A/1" {
		t.Fatalf("%s %+v %v", sku, x, ok)
	}
	none := func(name string, grams int, box string, given func(SKU) int) {
		p.Box = box
		if sku, x, ok := s.WeightSample(p, grams, &pol, given); ok {
			t.Errorf("%s: %s %+v", name, sku, x)
		}
	}
	none("two unknown", 950, "M", func(SKU) int { return 0 })
	none("none unknown", 950, "M", func(SKU) int { return 10 })
	none("a box of unknown weight", 950, "X", given)
	none("lighter than what is known", 240, "M", given)
}

// What lies in a box beside goods and carton teaches nothing of the goods.
func TestCoolantIsNoWeightOfGoods(t *testing.T) {
	s := ship1("A", line("ice", 1, "F1"))
	s.Lines[0].Temp, s.Lines[0].Picked = Frozen, 1
	s.Parcels[0].Box = "S"
	pol := Policy{Packagings: []Packaging{{Code: "S", TareG: 100}}}
	given := func(SKU) int { return 0 }
	for packG, want := range map[int]float64{-1: 1400, 0: 0, 500: 400} {
		if pol.Coolants = nil; packG >= 0 {
			pol.Coolants = []CoolantRule{{Temp: Frozen, Packs: 2, PackG: packG}}
		}
		if _, x, ok := s.WeightSample(&s.Parcels[0], 1500, &pol, given); ok != (want > 0) || x.Grams != want {
			t.Errorf("packs of %d g: a unit of %v g, %v", packG, x.Grams, ok)
		}
	}
}

func TestWhatIsEnclosedIsNoWeightOfGoods(t *testing.T) {
	s := ship1("A", line("mango", 2, "L1", func(l *Line) { l.Picked = 2 }))
	p := &s.Parcels[0]
	p.Box, p.Inserts = "M", []string{"card"}
	pol := Policy{Packagings: []Packaging{{Code: "M", TareG: 100}}, Inserts: []Insert{{Code: "card", WeightG: 30}}}
	if _, x, ok := s.WeightSample(p, 830, &pol, func(SKU) int { return 0 }); !ok || x.Grams != 350 {
		t.Errorf("a unit of %v g, %v", x.Grams, ok)
	}
	s.Lines[0].Track.Weight, s.Lines[0].NetG = true, 700
	if sku, _, ok := s.WeightSample(p, 830, &pol, func(SKU) int { return 0 }); ok {
		t.Errorf("%s, of which each unit has a weight of its own, is learnt", sku)
	}
}
