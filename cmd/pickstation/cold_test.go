package main

import (
	"testing"

	"pickstation/order"
)

// Two places may share a limit and hold goods of other classes: what the configuration
// says of a place counts before what its limit suggests.
func TestAProbesClassIsThatOfItsPlace(t *testing.T) {
	limit := func(c float64) *float64 { return &c }
	for name, c := range map[string]struct {
		p    ProbeEntry
		want order.Temp
	}{
		"a freezer by its limit":      {ProbeEntry{LimitC: limit(-15)}, order.Frozen},
		"a cold room by its limit":    {ProbeEntry{LimitC: limit(8)}, order.Chilled},
		"a hall by its limit":         {ProbeEntry{LimitC: limit(25)}, order.Ambient},
		"no limit":                    {ProbeEntry{}, order.Ambient},
		"ice cream at a cold room's":  {ProbeEntry{LimitC: limit(-8), Class: "frozen"}, order.Frozen},
		"fish at a freezer's":         {ProbeEntry{LimitC: limit(-11), Class: "chilled"}, order.Chilled},
		"chocolate at a cold room's":  {ProbeEntry{LimitC: limit(8), Class: "ambient"}, order.Ambient},
		"a freezer that has no limit": {ProbeEntry{Class: "frozen"}, order.Frozen},
	} {
		if got := c.p.class(); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
