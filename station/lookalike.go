package station

import "pickstation/order"

// twinsShown is with how many other goods a SKU is compared at most.
const twinsShown = 3

// twinsKept bounds what is remembered of them between two changes.
const twinsKept = 256

// twins returns what a SKU was mixed up with, from memory where nothing changed since.
func (l *Loop) twins(sku order.SKU) []order.Twin {
	if list, ok := l.alike[sku]; ok {
		return list
	}
	list, err := l.opt.Store.Twins(sku, twinsShown)
	if err != nil {
		return nil // a hint; the scan path tells of a database that cannot be read
	}
	if len(l.alike) >= twinsKept {
		clear(l.alike)
	}
	l.alike[sku] = list
	return list
}

// remember forgets what is no longer true after an event: the pair it mixed up.
func (l *Loop) remember(e *order.Event) {
	if want, saw, ok := e.Mixup(); ok {
		delete(l.alike, want)
		delete(l.alike, saw)
	}
}
