package farm

import (
	"container/heap"
	"iter"
)

// Agenda is what is still to happen in a world, by its virtual time. Of two things of one
// moment the one that was planned first comes first.
type Agenda struct {
	todo planned
	n    int // planned so far
}

// Plan lets do happen at a moment, virtual ms.
func (a *Agenda) Plan(at int64, do func()) {
	a.n++
	heap.Push(&a.todo, item{at, a.n, do})
}

// Each takes one thing after the other, with what is planned meanwhile, until nothing is left.
func (a *Agenda) Each() iter.Seq2[int64, func()] {
	return func(yield func(int64, func()) bool) {
		for len(a.todo) > 0 {
			if it := heap.Pop(&a.todo).(item); !yield(it.at, it.do) {
				return
			}
		}
	}
}

type item struct {
	at int64
	n  int
	do func()
}

type planned []item

func (p planned) Len() int { return len(p) }
func (p planned) Less(i, j int) bool {
	return p[i].at < p[j].at || p[i].at == p[j].at && p[i].n < p[j].n
}
func (p planned) Swap(i, j int) { p[i], p[j] = p[j], p[i] }
func (p *planned) Push(x any)   { *p = append(*p, x.(item)) }
func (p *planned) Pop() any     { o := *p; x := o[len(o)-1]; *p = o[:len(o)-1]; return x }
