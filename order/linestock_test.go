package order

import (
	"slices"
	"strings"
	"testing"
)

func TestWhatStockSaysIsUsableOrRefused(t *testing.T) {
	good := []Stock{{Pack: "340123450000000017", Qty: 4, Lot: "L7", Expiry: "2027-03-31", Location: "A-1"}, {Pack: "PAL-1", Qty: 1}, {Qty: 40, Serials: []string{"S1"}}, {Qty: 3}}
	if why := CheckStock(good); why != "" {
		t.Fatal(why)
	}
	for name, bad := range map[string]Stock{
		"no units":       {Pack: "PAL-9"},
		"less than none": {Qty: -1},
		"too many":       {Qty: maxUnits + 1},
		"twice":          {Pack: "pal-1", Qty: 2},
		"pack":           {Pack: "PAL 9", Qty: 2},
		"lot":            {Qty: 1, Lot: "批"},
		"expiry":         {Qty: 1, Expiry: "31.3.2027"},
		"serial":         {Qty: 1, Serials: []string{""}},
		"serials":        {Qty: 1, Serials: slices.Repeat([]string{"S"}, maxSerials+1)},
		"long":           {Qty: 1, Lot: strings.Repeat("L", maxCode+1)},
	} {
		if CheckStock(append(slices.Clone(good), bad)) == "" {
			t.Errorf("%s is taken", name)
		}
	}
	if CheckStock(make([]Stock, maxStock+1)) == "" {
		t.Error("too many entries are taken")
	}
}
