package tui

import (
	"strings"
	"testing"

	"pickstation/order"
	"pickstation/station"
	"pickstation/tui/text"
)

// flat is a screen as one line without styles and repeated spaces.
func flat(v *station.View, lang string, size Size) string {
	return strings.Join(strings.Fields(words(Render(v, size, options(lang, Mono)))), " ")
}

func TestEveryPrinterStateIsShownWithItsOneActionInTheSmallestWindow(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range text.PrinterStates() {
		for _, lang := range []string{text.ZH, text.EN} {
			name, do := s.Name.In(lang), s.Do.In(lang)
			if name == "" || do == "" || seen[lang+name] {
				t.Errorf("%s in %s: %q, %q is empty or stands for two states", s.Code, lang, name, do)
			}
			seen[lang+name] = true
			for _, screen := range []order.Screen{order.ScreenSignIn, order.ScreenQueue, order.ScreenLabel, order.ScreenDispatch} {
				v := base(screen)
				if screen == order.ScreenLabel {
					v = labelling()
				}
				v.Bench.Lang = lang
				v.Printer = station.PrinterView{Name: "ipp://p", Status: s.Code, Detail: "the system's own words"}
				small, large := flat(v, lang, Size{40, 16}), flat(v, lang, Size{80, 24})
				if !strings.Contains(small, name) || !strings.Contains(large, name) {
					t.Errorf("%s on %s in %s: the state is not shown:\n%s", s.Code, screen, lang, small)
				}
				if !s.Works && (!strings.Contains(small, do) || !strings.Contains(large, do)) {
					t.Errorf("%s on %s in %s: %q is not shown:\n%s", s.Code, screen, lang, do, small)
				}
				if strings.Contains(small+large, "own words") {
					t.Errorf("%s on %s: the system's words stand on the screen", s.Code, screen)
				}
			}
		}
	}
}

func TestAPrinterAtWorkSaysWhichOfHowMany(t *testing.T) {
	v := labelling()
	v.Printer = station.PrinterView{Name: "p", Status: "printing", Queued: 4, Done: 1}
	if s := flat(v, text.EN, Size{80, 24}); !strings.Contains(s, "printing 2/5") {
		t.Error(s)
	}
}

func TestThePrinterAtSignInComesBeforeTheWork(t *testing.T) {
	v := base(order.ScreenQueue)
	v.Verdict = shown(order.OK, m(order.MsgSignedIn, order.Args{Who: "Li"}), m(order.DoMendPrinter, order.Args{Reason: "media_empty"}))
	if s := flat(v, text.EN, Size{40, 16}); !strings.Contains(s, "out of labels: put labels in") {
		t.Error(s)
	}
}

func TestSheetsAreCountedAndAMissingOneIsNamed(t *testing.T) {
	v := labelling()
	w := v.Work
	w.Sheets, w.SheetsOut = 3, 1
	w.Parcels[0].Papers = []station.PaperView{{Kind: order.PaperPackingList, Print: order.PrintDone, Void: order.VoidContents},
		{Kind: order.PaperCustoms, Print: order.PrintParked, PrintErr: "label_bad_input"}}
	s := flat(v, text.EN, Size{132, 43})
	for _, want := range []string{"sheets 1 of 3", "packing list: the goods changed", "customs form: label data is wrong"} {
		if !strings.Contains(s, want) {
			t.Errorf("%q is not shown:\n%s", want, s)
		}
	}
	if s := flat(v, text.EN, Size{40, 16}); !strings.Contains(s, "sheets 1 of 3") {
		t.Error(s)
	}
}

func TestVoidPaperIsNotToBeStuckOn(t *testing.T) {
	v := labelling()
	v.Work.Parcels = v.Work.Parcels[1:]
	pv := &v.Work.Parcels[0]
	pv.Print, pv.PrintErr, pv.Void, v.Verdict = order.PrintDone, "", order.VoidContents, nil
	s := flat(v, text.EN, Size{80, 24})
	if !strings.Contains(s, "VOID") || !strings.Contains(s, "Print it again") || strings.Contains(s, "Stick") {
		t.Error(s)
	}
}

func TestWhoseReplyWasLostIsToldToLook(t *testing.T) {
	v := labelling()
	v.Work.Parcels = v.Work.Parcels[1:]
	pv := &v.Work.Parcels[0]
	pv.Print, pv.PrintErr, v.Verdict = order.PrintParked, order.PrintUncertain, nil
	if s := flat(v, text.EN, Size{40, 16}); !strings.Contains(s, "paper out? scan it. Else F5") {
		t.Error(s)
	}
}
