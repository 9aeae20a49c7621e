package order

import (
	"fmt"
	"testing"
	"time"
)

// orderOf has n lines of two units each, scanned in walking order.
func orderOf(n int) *Shipment {
	lines := make([]Line, n)
	for i := range lines {
		lines[i] = line(SKU(fmt.Sprintf("sku%05d", i)), 2, LocationID(fmt.Sprintf("A-%05d", i)))
	}
	return ship1("A", lines...)
}

// BenchmarkDecideApply decides and applies one scan of the expected goods, over
// whole orders from the first unit to the last.
func BenchmarkDecideApply(b *testing.B) {
	for _, n := range []int{10, 1114} {
		b.Run(fmt.Sprintf("lines=%d", n), func(b *testing.B) {
			plan := orderOf(n)
			book := &shelf{unleased: map[ShipmentID]bool{}, orders: map[ShipmentID]*Instruction{}}
			env := Env{Book: book, Policy: DefaultPolicy(), Flow: StandardFlow(), Zone: time.UTC}
			inputs := make([]Input, n)
			for i := range inputs {
				code := CodeKey(string(plan.Lines[i].SKU))
				inputs[i] = Input{Text: code, Source: Scanned, Device: gun1, At: time.Unix(1, 0), Readings: []Reading{{Key: code}}}
			}
			b.ReportAllocs()
			var s *Shipment
			var bench Bench
			for i := 0; b.Loop(); i++ {
				k := i % (2 * n)
				if k == 0 {
					b.StopTimer()
					s = clone(plan)
					bench = Bench{Screen: ScreenPick, Operator: "li", Shipment: s.ID}
					b.StartTimer()
				}
				d, err := Decide(bench, s, inputs[k/2], env)
				if err != nil || !d.Verdict.Good() {
					b.Fatalf("%s %s %v", d.Verdict, d.What.Code, err)
				}
				for j := range d.Events {
					d.Events[j].Seq = uint64(i + 1)
					Apply(s, env.Flow, &d.Events[j])
				}
				bench = d.Bench
			}
		})
	}
}
