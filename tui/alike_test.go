package tui

import (
	"strings"
	"testing"

	"pickstation/order"
	"pickstation/station"
	"pickstation/tui/text"
)

func init() {
	moreViews = append(moreViews, func() map[string]*station.View {
		batched := batching(order.BatchCluster)
		batched.Work.Current.Twins = lookAlikes()
		return map[string]*station.View{"pick_alike": alike(), "batch_alike": batched}
	})
}

func lookAlikes() []order.Twin {
	return []order.Twin{{SKU: "HN-TN-25", Name: order.Names{ZH: "台农芒果 2.5kg", EN: "Tainong mango 2.5 kg"}, N: 3}, {SKU: "HN-PAPAYA", N: 1}}
}

func alike() *station.View {
	v := picking()
	v.Work.Current.Twins = lookAlikes()
	return v
}

func TestGoodsThatWereMixedUpAreNamedBeforeThePick(t *testing.T) {
	for _, size := range sizes {
		for lang, want := range map[string]string{text.ZH: "台农芒果 2.5kg", text.EN: "Tainong "} {
			s := Render(alike(), size, options(lang, Mono))
			if !strings.Contains(s, want) || !strings.Contains(s, "!=") || !strings.Contains(s, "3") {
				t.Errorf("%v %s: %q is not named:\n%s", size, lang, want, s)
			}
			if s := Render(picking(), size, options(lang, Mono)); strings.Contains(s, "!=") {
				t.Errorf("%v %s: a warning without a reason:\n%s", size, lang, s)
			}
		}
	}
}
