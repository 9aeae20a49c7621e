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
		all := map[string]*station.View{"cold_pick": picking(), "cold_wrong": wrongItem(), "cold_alike": alike(), "cold_offline": offline(picking()),
			"cold_queue": queueing(), "cold_singles": singleWave(), "cold_label": labelling(), "cold_question": askingShort(), "cold_pack": packing(), "cold_dispatch": dispatching(),
			"cold_batch": batching(order.BatchCluster), "cold_wall_put": putting(order.BatchWall), "cold_sign_in": signingIn(), "cold_panel": panelled(order.PanelBench)}
		for _, v := range all {
			v.ColdLook = true
		}
		return all
	})
}

func TestTheColdLookShowsFewerAndBiggerThings(t *testing.T) {
	for _, size := range sizes {
		for _, lang := range []string{text.ZH, text.EN} {
			warm, cold := picking(), picking()
			cold.ColdLook = true
			w, c := words(Render(warm, size, options(lang, Mono))), words(Render(cold, size, options(lang, Mono)))
			if n, m := len(strings.Fields(w)), len(strings.Fields(c)); m >= n {
				t.Errorf("%v %s: %d words, %d in the cold:\n%s", size, lang, n, m, c)
			}
			if strings.Contains(c, "B-01-1") {
				t.Errorf("%v %s: what follows stands in the way:\n%s", size, lang, c)
			}
			byOption := options(lang, Mono)
			byOption.Cold = true
			if Render(warm, size, byOption) != Render(cold, size, options(lang, Mono)) {
				t.Errorf("%v %s: configuration and policy give different looks", size, lang)
			}
		}
	}
}

func TestTheColdLookStillSaysWhatMatters(t *testing.T) {
	for name, want := range map[string]string{"offline": "OFFLINE 128 unsent", "verdict": "XXX", "step": "NEXT", "name": "Hainan mango"} {
		v := offline(wrongItem())
		v.ColdLook = true
		if name == "step" || name == "name" {
			v = offline(picking())
			v.ColdLook = true
		}
		if s := flat(v, text.EN, Size{80, 24}); !strings.Contains(s, want) {
			t.Errorf("%s: %q is missing:\n%s", name, want, s)
		}
	}
}
