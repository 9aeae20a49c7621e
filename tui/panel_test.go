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
		well := panelled(order.PanelBench)
		well.Devices[1].Status, well.Printer.Status = "online", "ready"
		well.Devices[0].Reads.NoReads = 1
		return map[string]*station.View{"panel_lead_only": panelled(order.PanelLeadOnly), "panel_bench": panelled(order.PanelBench), "panel_well": well,
			"panel_shift": panelled(order.PanelShift), "panel_lead": panelled(order.PanelLead)}
	})
}

// panelled is a bench at work with a panel over it, a gun that misses and a printer without
// labels.
func panelled(p order.Panel) *station.View {
	v := picking()
	v.Bench.Panel = p
	v.Devices = []station.DeviceView{
		{Name: "gun1", Kind: "scanner", Status: "online", Reads: station.ReadView{Triggers: 80, NoReads: 24, Bad: 1}},
		{Name: "scale1", Kind: "scale", Status: "absent", Since: noon.Add(-7 * time.Minute)}}
	v.Printer.Status, v.Printer.Since = "media_empty", noon.Add(-2*time.Minute)
	v.Health.CertUntil, v.Health.DiskFree = noon.Add(200*24*time.Hour), 5<<30
	s := station.ShiftView{Began: noon.Add(-6 * time.Hour), Scans: 412, Wrong: 9, Units: 380, Undone: 4, Packed: 41, Shipped: 38, Short: 2,
		Signed: noon.Add(-3 * time.Hour), Opened: noon.Add(-4 * time.Minute), Work: "sh-1042",
		People: []station.ShiftPerson{
			{ID: "op7", Name: "李小花", First: noon.Add(-3 * time.Hour), Last: noon, Scans: 300, Wrong: 4, Units: 280},
			{ID: "op8", Name: "王强", First: noon.Add(-6 * time.Hour), Last: noon.Add(-3 * time.Hour), Scans: 112, Wrong: 5, Units: 100}},
		Mixups:   []station.ShiftMixup{{Want: "HN-MANGO-5KG", Saw: "HN-TN-25", N: 3}},
		Shadowed: []station.ShiftCount{{Code: string(order.MsgShortLife), N: 2}},
		Exceptions: []station.ShiftRow{
			{At: noon.Add(-time.Hour), Kind: "shorted", Reason: "out_of_stock", By: "op7", Ref: "HN20261121-1039", Qty: 2},
			{At: noon.Add(-2 * time.Hour), Kind: "weight_off", Reason: "unit_missing", By: "op8", Ref: "HN20261121-1031", Qty: 250}},
		Overrides: []station.ShiftRow{{At: noon.Add(-90 * time.Minute), Kind: "print_requested", Reason: "print", By: "op7", Auth: "boss", Ref: "HN20261121-1033"}}}
	s.Speed = station.Speed{P50: 4100 * time.Microsecond, P99: 12 * time.Millisecond, Timed: 412, Since: noon.Add(-3 * time.Hour)}
	v.Panel = &station.PanelView{Shift: s}
	return v
}

func TestThePanelNamesEveryAlertWithItsNextStep(t *testing.T) {
	v := panelled(order.PanelBench)
	for _, size := range sizes {
		for _, lang := range []string{text.ZH, text.EN} {
			s := flat(v, lang, size)
			for _, a := range v.Alerts(noon) {
				if what, do := text.Line(lang, a.What), text.Line(lang, a.Do); !strings.Contains(s, what) || !strings.Contains(s, do) {
					t.Errorf("%v %s: %s: %q or %q is missing:\n%s", size, lang, a.Code, what, do, s)
				}
			}
		}
	}
}

func TestThePanelTellsHowTheBenchScansAndWhoWorks(t *testing.T) {
	for p, want := range map[order.Panel][]string{
		order.PanelBench:    {"412 scans, 3 wrong (0.7%)", "p50 4.1 ms, p99 12 ms of 412 since 09:04", "gun1 ok 30.0% not read, 1.2% noise (last 80)"},
		order.PanelShift:    {"412 scans, 9 wrong (2.1%)", "380 units, 2 short", "41 parcels packed, 38 handed over", "4 undone", "HN-MANGO-5KG / HN-TN-25 3x", "too little shelf life 2x"},
		order.PanelLeadOnly: {"The lead's view is for leads only", "A lead scans their badge"},
		order.PanelLead:     {"李小花", "王强", "since 09:04 (3 h 00)", "HN20261121-1042", "since 12:00 (4 min)", "Exceptions: 2", "closed short out of stock", "Let pass by a lead: 1", "by boss"},
	} {
		s := flat(panelled(p), text.EN, Size{80, 24})
		for _, w := range want {
			if !strings.Contains(s, w) {
				t.Errorf("%s lacks %q:\n%s", p, w, s)
			}
		}
	}
}
