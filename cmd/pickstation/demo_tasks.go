package main

import (
	"cmp"
	"context"
	"fmt"
	"strconv"
	"strings"

	"pickstation/order"
	"pickstation/station"
)

// fillTasks has the demo's warehouse replenish one place and count another.
func (st *stage) fillTasks(ctx context.Context) error {
	products, err := sampleProducts()
	if err != nil || len(products) < 2 || st.o.auto {
		return err
	}
	for _, t := range []struct {
		p    sampleProduct
		kind order.TaskKind
		qty  int
	}{{products[0], order.TaskReplenish, 3}, {products[1], order.TaskCount, 2}} {
		args := []string{"tasks", "add", "--kind", string(t.kind), "--sku", string(t.p.SKU), "--qty", strconv.Itoa(t.qty), "--from", string(t.p.Home)}
		if t.kind == order.TaskReplenish {
			args[len(args)-1] = "R-01-1" // from the reserve
			args = append(args, "--to", string(t.p.Home))
		}
		if _, err := st.centre.call(ctx, args...); err != nil {
			return err
		}
	}
	return nil
}

// task is what a person would scan next at a task.
func (p *puppet) task(v *station.View) (string, bool) {
	k, b := v.Task, &v.Bench.Task
	yes := order.CommandPrefix + string(order.CmdYes)
	switch v.Bench.Screen {
	case order.ScreenTasks:
		if len(v.Tasks) == 0 {
			return "", false
		}
		return "]C0" + v.Tasks[0].Ref, true
	case order.ScreenStock:
		l := order.TaskLineNow(k, b)
		switch {
		case l == nil:
			return yes, true
		case v.Bench.Pending != nil:
			return "]C0" + cmp.Or(l.Lot, "LOT-1"), true
		case b.Place != l.From && b.Units == 0:
			return "]C0" + string(l.From), true
		case b.Units < l.Open():
			return itemScan(l), true
		case k.Kind == order.TaskCount:
			return yes, true
		}
		return "]C0" + string(l.To), true
	case order.ScreenReturn:
		for i := range k.Lines {
			switch l := &k.Lines[i]; {
			case l.Ungraded() > 0:
				return order.CommandPrefix + string(v.Returns.Letters()[0].Command()), true
			case v.Returns.PhotosOf(l) > len(l.Photos):
				return fmt.Sprintf("%s%d-%d", order.PhotoPrefix, l.No, len(l.Photos)+1), true
			case l.N < l.Qty:
				return itemScan(l), true
			}
		}
		return yes, true
	}
	return "", false
}

func itemScan(l *order.TaskLine) string {
	if len(l.Codes) == 0 {
		return "]C0" + string(l.SKU)
	}
	return "]E0" + strings.TrimPrefix(l.Codes[0].Key, "0")
}
