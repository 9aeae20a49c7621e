package ingest_test

import (
	"testing"
	"time"

	"pickstation/central/ingest"
	"pickstation/order"
)

func TestATimeIsTakenThatCanBeToldHoweverWrongTheClock(t *testing.T) {
	for name, c := range map[string]struct {
		ms  int64
		bad string
	}{
		"no clock":              {0, ""},
		"a dead clock":          {time.Date(1970, 1, 1, 0, 3, 0, 0, time.UTC).UnixMilli(), ""},
		"before 1970":           {-3_600_000, ""},
		"a clock of 2106":       {1<<32*1000 + 1, ""},
		"the first year":        {ingest.MinTime, ""},
		"the last year":         {ingest.MaxTime, ""},
		"before the first year": {ingest.MinTime - 1, ingest.WhyRange},
		"past the last year":    {ingest.MaxTime + 1, ingest.WhyRange},
		"far ahead":             {1 << 60, ingest.WhyRange},
		"far behind":            {-1 << 60, ingest.WhyRange},
	} {
		for field, e := range map[string]order.Event{"t": {At: c.ms}, "tw": {Wall: c.ms}, "since": {Since: c.ms}} {
			e.Type, e.V = order.EventNoted, 1
			h := &history{log: logID(0)}
			h.add(t, e)
			m := h.message(0, 1)
			b, refusal := ingest.Read(m.head, m.bodies)
			if refusal != nil || b.Items[0].Bad != c.bad {
				t.Errorf("%s of %s: %q, want %q; %+v", field, name, b.Items[0].Bad, c.bad, refusal)
			}
		}
	}
}
