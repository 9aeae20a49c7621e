package devices

import "time"

// ColdLimits say what a cold place may do.
type ColdLimits struct {
	MaxMilliC int64         // highest temperature, thousandths of a degree Celsius
	MinMilliC int64         // lowest
	For       time.Duration // how long a limit may be passed before it is an alert: a door stands open for a moment
	Gap       time.Duration // how long no sample may come before that is an alert
}

// ColdAlert is a cold place that needs a person.
type ColdAlert struct {
	Kind   string // "too-warm", "too-cold", "no-samples"
	Since  time.Time
	At     time.Time
	MilliC int64 // the worst temperature since then; not valid with "no-samples"
	Over   bool  // the alert has ended
}

// ColdWatch judges the samples of one probe: time beyond a limit raises an alert, not a single sample, and so does the
// lack of samples. It holds no clock. The zero value with limits set is ready; not safe for concurrent use.
type ColdWatch struct {
	Limits ColdLimits

	sampled time.Time // the last measured sample, or the start
	beyond  ColdAlert // Kind is empty while within the limits
	raised  bool
	gap     bool
}

// Resume goes on with an alert that was raised before a restart and was not over.
func (w *ColdWatch) Resume(a ColdAlert) {
	if a.Kind == "no-samples" {
		w.sampled, w.gap = a.Since, true
		return
	}
	w.beyond, w.raised = a, true
}

// Push judges a sample and returns what has changed. A sample that was not measured counts as none.
func (w *ColdWatch) Push(t Temperature) []ColdAlert {
	if t.State != Measured {
		return w.Tick(t.At)
	}
	out := w.Tick(t.At)
	if w.gap {
		out = append(out, ColdAlert{Kind: "no-samples", Since: w.sampled, At: t.At, Over: true})
		w.gap = false
	}
	w.sampled = t.At
	kind := ""
	switch {
	case t.MilliC > w.Limits.MaxMilliC:
		kind = "too-warm"
	case t.MilliC < w.Limits.MinMilliC:
		kind = "too-cold"
	}
	if kind != w.beyond.Kind {
		if w.raised {
			end := w.beyond
			end.At, end.Over = t.At, true
			out = append(out, end)
		}
		w.beyond, w.raised = ColdAlert{Kind: kind, Since: t.At, MilliC: t.MilliC}, false
	}
	if kind == "" {
		return out
	}
	if (kind == "too-warm") == (t.MilliC > w.beyond.MilliC) {
		w.beyond.MilliC = t.MilliC
	}
	w.beyond.At = t.At
	if !w.raised && t.At.Sub(w.beyond.Since) >= w.Limits.For {
		w.raised = true
		out = append(out, w.beyond)
	}
	return out
}

// Tick judges the silence at now; call it now and then.
func (w *ColdWatch) Tick(now time.Time) []ColdAlert {
	if w.sampled.IsZero() {
		w.sampled = now
	}
	if w.gap || w.Limits.Gap <= 0 || now.Sub(w.sampled) < w.Limits.Gap {
		return nil
	}
	w.gap = true
	return []ColdAlert{{Kind: "no-samples", Since: w.sampled, At: now}}
}
