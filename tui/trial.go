package tui

import (
	"time"

	"pickstation/tui/text"
)

// trialSeg says, on every screen and for as long as it lasts, that rules of the warehouse
// only record what they would have refused.
func (p *painter) trialSeg() seg {
	for _, t := range p.v.Trials {
		if !p.v.Business(p.now).Before(t.Ends) {
			continue
		}
		last := p.clock(t.Ends.Add(-time.Hour), "01-02")
		s := sprintf(p.t.Trial, last)
		switch {
		case !p.wide:
			s = sprintf(p.t.TrialShort, last)
		case t.Class != "":
			s = sprintf(p.t.TrialOf, text.Word(p.lang, t.Class), last)
		}
		return seg{st: infoBar, s: " " + s + " "}
	}
	return seg{}
}
