package tui

import (
	"strings"
	"testing"
	"time"

	"pickstation/order"
	"pickstation/station"
	"pickstation/tui/text"
)

// What somebody is to do stands on the screen in whole words, whatever the window, the
// language and what else is to be said: these tests go through all that the station says.

// squeezed is a text without its spaces, so that it is found wherever it was wrapped.
func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }

// whole are the languages in which everything is said whole: those of the program, and
// the sample of a further one.
func whole(t *testing.T) []string {
	speak(t, sampleLanguage(t))
	return text.Languages()
}

// told says whether a text stands on a screen whole, in its usual look and in that for the cold.
func told(v *station.View, size Size, lang, s string) bool {
	o := options(lang, Mono)
	usual := Render(v, size, o)
	o.Cold = true
	return strings.Contains(squeezed(words(usual)), squeezed(s)) && strings.Contains(squeezed(words(Render(v, size, o))), squeezed(s))
}

// faults is how each condition comes about at a bench where goods are picked.
var faults = map[station.AlertCode]func(*station.View){
	station.AlertNotSaved:  func(v *station.View) { v.Health.NotSaved = true },
	station.AlertUnsaved:   func(v *station.View) { v.Health.Unsaved = station.Unsaved{Scans: 12, At: noon} },
	station.AlertDamaged:   func(v *station.View) { v.Health.Damaged = "event 4711 is missing" },
	station.AlertChecking:  func(v *station.View) { v.Health.Checking = true },
	station.AlertDiskFull:  func(v *station.View) { v.Health.DiskFree, v.Health.DiskLow, v.Health.DiskFull = 12<<20, true, true },
	station.AlertDiskLow:   func(v *station.View) { v.Health.DiskFree, v.Health.DiskLow = 100<<20, true },
	station.AlertNoScanner: func(v *station.View) { v.Devices[0].Status, v.Devices[1].Status = "absent", "busy" },
	station.AlertScanner:   func(v *station.View) { v.Devices[0].Status = "denied" },
	station.AlertScale: func(v *station.View) {
		v.Devices[1] = station.DeviceView{Name: "scale1", Kind: "scale", Status: "busy"}
	},
	station.AlertScaleSilent: func(v *station.View) { v.Scale = &station.ScaleView{Name: "scale1", State: "unreadable"} },
	station.AlertProbe: func(v *station.View) {
		v.Devices[1] = station.DeviceView{Name: "cold-1", Kind: "probe", Status: "error"}
	},
	station.AlertCold: func(v *station.View) {
		v.Probes = []station.ProbeView{{Name: "cold-1", Alert: order.TooWarm, Worst: -9500}}
	},
	station.AlertColdSilent:  func(v *station.View) { v.Probes = []station.ProbeView{{Name: "cold-1", Alert: order.NoSamples}} },
	station.AlertWarming:     func(v *station.View) { outFor(v, 12*time.Minute) },
	station.AlertTooWarm:     func(v *station.View) { outFor(v, 21*time.Minute) },
	station.AlertPrinter:     func(v *station.View) { v.Printer.Status, v.Printer.Parked = "media_empty", 2 },
	station.AlertParked:      func(v *station.View) { v.Printer.Parked = 2 },
	station.AlertClock:       func(v *station.View) { v.Health.ClockOff = -3 * time.Minute },
	station.AlertFuture:      func(v *station.View) { v.Health.Ahead = 4 * 24 * time.Hour },
	station.AlertCertExpired: func(v *station.View) { v.Health.CertUntil = noon.Add(-time.Hour) },
	station.AlertCertEnding:  func(v *station.View) { v.Health.CertUntil = noon.Add(48 * time.Hour) },
	station.AlertCentre:      func(v *station.View) { v.Sync.Problem = "network" },
	station.AlertBacklog:     func(v *station.View) { v.Sync.Unsent, v.Sync.Oldest = 128, noon.Add(-time.Hour) },
	station.AlertBacklogOld:  func(v *station.View) { v.Sync.Unsent, v.Sync.Oldest = 128, noon.Add(-25*time.Hour) },
	station.AlertDiffers:     func(v *station.View) { v.Sync.Differs = "work" },
	station.AlertCopy:        func(v *station.View) { v.Copy.Problem = station.CopyEarlier },
	station.AlertNoReads:     func(v *station.View) { v.Devices[0].Reads = station.ReadView{Triggers: 40, NoReads: 10} },
	station.AlertNoise:       func(v *station.View) { v.Devices[0].Reads = station.ReadView{Triggers: 40, Bad: 5} },
}

func TestTheStepOfEveryAlertIsWhole(t *testing.T) {
	languages := whole(t)
	for _, c := range station.Conditions() {
		raise := faults[c.Code]
		if raise == nil {
			t.Errorf("no way to raise %s", c.Code)
			continue
		}
		for _, more := range []bool{false, true} {
			v := picking()
			raise(v)
			if more { // instructions of the centre, as a number behind the alert
				v.Instructions = make([]order.Instruction, 2)
			}
			list := v.Alerts(noon)
			if len(list) == 0 || list[0].Code != c.Code {
				t.Errorf("%s is not raised: %v", c.Code, list)
				continue
			}
			for _, size := range sizes {
				for _, lang := range languages {
					do := text.Line(lang, list[0].Do)
					if c.Code == station.AlertPrinter {
						do = text.PrinterDo(lang, "media_empty")
					}
					if !told(v, size, lang, do) {
						t.Errorf("%s at %v in %s lacks %q:\n%s", c.Code, size, lang, do, words(Render(v, size, options(lang, Mono))))
					}
				}
			}
		}
	}
}

// saying is what a message may have to say on a busy day.
var saying = order.Args{Name: mango(), SKU: "HN-MANGO-5KG", Ref: "HN20261121-1042", Code: "T-07", Location: "A-03-2", Who: "李小花", Lot: "L2611",
	Serial: "SN-4711", Date: "2026-12-01", Reason: "media_empty", Waybill: "SF1234567890123", N: 3, Need: 5, AgeS: 180}

func TestTheStepOfEveryVerdictIsWhole(t *testing.T) {
	languages := whole(t)
	for _, c := range order.MsgCodes() {
		if !strings.HasPrefix(string(c), "do_") {
			continue
		}
		for _, verdict := range []order.Verdict{order.OK, order.Needs, order.WrongItem} {
			v := picking()
			v.Verdict = shown(verdict, m(order.MsgForOther, saying), m(c, saying))
			for _, size := range sizes {
				for _, lang := range languages {
					do := text.Line(lang, v.Verdict.Do)
					if c == order.DoMendPrinter {
						do = text.PrinterDo(lang, saying.Reason)
					}
					if !told(v, size, lang, do) {
						t.Errorf("%s %s at %v in %s lacks %q:\n%s", verdict, c, size, lang, do, words(Render(v, size, options(lang, Mono))))
					}
				}
			}
		}
	}
}

// What is to be done on a list is said whole beside an alert of two rows and a verdict that says
// something else, and so is that there is no work.
func TestTheStepOfAListIsWholeBesideAnAlert(t *testing.T) {
	languages := whole(t)
	for _, empty := range []bool{false, true} {
		v := views()["queue"]
		if v.Instructions = nil; empty {
			v.Queue, v.QueueTotal = nil, 0
		}
		faults[station.AlertWarming](v)
		v.Work = nil
		v.Verdict = shown(order.OK, m(order.MsgPackedAll, saying), m(order.DoNextOrder, saying))
		for _, size := range sizes {
			for _, lang := range languages {
				s := squeezed(words(Render(v, size, options(lang, Mono))))
				if do := text.Line(lang, order.Message{Code: order.DoScanWork}); !strings.Contains(s, squeezed(do)) {
					t.Errorf("at %v in %s lacks %q:\n%s", size, lang, do, words(Render(v, size, options(lang, Mono))))
				}
				if none := text.For(lang).QueueEmpty; empty && !strings.Contains(s, squeezed(none)) {
					t.Errorf("at %v in %s lacks %q:\n%s", size, lang, none, words(Render(v, size, options(lang, Mono))))
				}
			}
		}
	}
}

// Every command of the card that the footer names is named whole, and so is every key of
// the virtual scanner; INFO stays in sight in low windows, which have room for little else.
func TestCommandsAreNamedWhole(t *testing.T) {
	languages := whole(t)
	for name, v := range views() {
		if v == nil {
			continue
		}
		for _, size := range sizes {
			for _, lang := range languages {
				for _, o := range []Options{{}, {Demo: true}, {Demo: true, Training: true}} {
					o.Lang, o.Now = lang, noon
					lines := strings.Split(words(Render(v, size, o)), "\n")
					foot := strings.Join(lines[len(lines)-5:], "\n")
					p := painter{v: v, o: o, lang: lang, t: text.For(lang), now: noon, h: size.H}
					valid := validNow(v)
					if size.H >= 24 && !v.ColdLook {
						for _, c := range p.cardSegs(valid, size.W) {
							if !strings.Contains(foot, c.s) {
								t.Errorf("%s at %v in %s lacks %q of what has no key:\n%s", name, size, lang, c.s, foot)
							}
						}
					}
					if len(menuOf(v)) > 0 && !strings.Contains(foot, menuKey+" ") && !strings.Contains(foot+"\n", " "+menuKey+"\n") {
						t.Errorf("%s at %v in %s does not name the key of the menu:\n%s", name, size, lang, foot)
					}
					for _, k := range demoKeys {
						if what := k.name + " " + k.text(p.t); o.Demo && (k.command == "" || valid[k.command]) && (!o.Training || trained[k.key]) && !strings.Contains(foot, what) {
							t.Errorf("%s at %v in %s lacks the demo's %q:\n%s", name, size, lang, what, foot)
						}
					}
					if !strings.Contains(foot, "F1 ") && !v.ColdLook && v.Bench.Question == nil {
						t.Errorf("%s at %v in %s does not say how to see more:\n%s", name, size, lang, foot)
					}
				}
			}
		}
	}
}

func TestThePanelSaysHowToTurnItInEveryWindow(t *testing.T) {
	languages := whole(t)
	for _, panel := range []order.Panel{order.PanelBench, order.PanelShift, order.PanelLead} {
		for _, size := range sizes {
			for _, lang := range languages {
				if v := panelled(panel); !told(v, size, lang, text.For(lang).PanelHint) {
					t.Errorf("%s at %v in %s:\n%s", panel, size, lang, words(Render(v, size, options(lang, Mono))))
				}
			}
		}
	}
}

func TestHowToAnswerIsWhole(t *testing.T) {
	languages := whole(t)
	for name, v := range views() {
		if v == nil || v.Bench.Question == nil {
			continue
		}
		for _, size := range sizes {
			for _, lang := range languages {
				p := painter{v: v, lang: lang, t: text.For(lang), now: noon, h: size.H}
				for _, s := range []string{p.answer(v.Bench.Question), p.t.AnswerNo} {
					if !told(v, size, lang, s) {
						t.Errorf("%s at %v in %s lacks %q:\n%s", name, size, lang, s, words(Render(v, size, options(lang, Mono))))
					}
				}
			}
		}
	}
}
