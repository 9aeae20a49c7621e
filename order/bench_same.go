package order

import (
	"reflect"
	"slices"
)

// Same says whether two benches are the same, field by field. A scan waits for it: to look at
// the whole with package reflect takes 20 µs where nothing of it is in the processor's caches.
func (b *Bench) Same(o *Bench) bool {
	return b.Shipment == o.Shipment && b.Screen == o.Screen && b.Located == o.Located && b.Focus == o.Focus && b.Box == o.Box &&
		b.Opened == o.Opened && b.Panel == o.Panel && b.Lang == o.Lang &&
		b.Operator == o.Operator && b.OperatorName == o.OperatorName && b.Lead == o.Lead &&
		b.WrongPINs == o.WrongPINs && b.WrongPINAt == o.WrongPINAt && b.Fetch == o.Fetch && b.Load == o.Load && b.Chill == o.Chill &&
		slices.Equal(b.Roles, o.Roles) && slices.Equal(b.Zones, o.Zones) && slices.Equal(b.Skipped, o.Skipped) &&
		slices.Equal(b.Skips, o.Skips) && slices.Equal(b.Hand, o.Hand) && b.Task.same(&o.Task) &&
		sameAt(b.Called, o.Called) && sameAt(b.Recheck, o.Recheck) && sameAt(b.OldGone, o.OldGone) && sameAt(b.Loose, o.Loose) &&
		sameAt(b.Batch, o.Batch) && sameAt(b.Pending, o.Pending) && sameAt(b.Question, o.Question)
}

func (b *TaskBench) same(o *TaskBench) bool {
	return b.ID == o.ID && b.Kind == o.Kind && b.Line == o.Line && b.Units == o.Units && b.Place == o.Place && b.Out == o.Out &&
		slices.Equal(b.Took, o.Took) && slices.Equal(b.Lots, o.Lots)
}

// sameAt compares what two pointers point to.
func sameAt[T any](a, b *T) bool { return a == b || a != nil && b != nil && reflect.DeepEqual(a, b) }
