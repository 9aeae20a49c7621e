package tui

import (
	"strings"
	"testing"
	"time"

	"pickstation/order"
	"pickstation/station"
	"pickstation/tui/text"
)

func init() {
	moreViews = append(moreViews, func() map[string]*station.View {
		return map[string]*station.View{"pick_trial": onTrial(picking())}
	})
}

func onTrial(v *station.View) *station.View {
	v.Trials = []order.Trial{{Ends: time.Date(2026, 11, 28, 0, 0, 0, 0, haikou)}}
	return v
}

func TestATrialIsSeenOnEveryScreenUntilItEnds(t *testing.T) {
	for name, v := range views() {
		if v == nil {
			continue
		}
		onTrial(v)
		for _, v := range []*station.View{v, offline(v)} {
			for _, size := range sizes {
				for lang, want := range map[string]string{text.ZH: "试行到11-27", text.EN: "TRIAL to 11-27"} {
					if size.W < 60 && lang == text.EN {
						want = "TRIAL 11-27"
					}
					o := options(lang, Mono)
					if s := Render(v, size, o); !strings.Contains(s, want) {
						t.Errorf("%s at %v in %s lacks %q:\n%s", name, size, lang, want, s)
					}
					o.Now = time.Date(2026, 11, 28, 0, 0, 0, 0, haikou)
					if s := Render(v, size, o); strings.Contains(s, want) {
						t.Errorf("%s at %v: the trial is over and still shown", name, size)
					}
				}
			}
		}
	}
}
