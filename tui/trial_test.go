package tui

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pickstation/order"
	"pickstation/station"
	"pickstation/tui/text"
)

// What a picker stumbled over at the bench, each with the screens it is seen on.

func english(v *station.View, size Size) string {
	return words(Render(v, size, options(text.EN, Mono)))
}

func TestNobodyIsSentToStickOnAPaperThatIsNotPrinted(t *testing.T) {
	for _, c := range []struct {
		print   order.PrintState
		err     string
		printer string
		want    string
	}{
		{order.PrintQueued, "", "ready", "Printing, please wait"},
		{order.PrintSending, "", "printing", "Printing, please wait"},
		{order.PrintFailed, "print_unreachable", "ready", "Check the printer: unreachable; it tries again"},
		{order.PrintFailed, "print_failed", "media_empty", "Check the printer: out of labels; it tries again"},
		{order.PrintFailed, "", "ready", "Check the printer: failed; it tries again"},
		{order.PrintParked, "print_uncertain", "ready", "reply lost: paper out? scan it. Else F5"},
		{order.PrintTaken, "", "media_empty", "out of labels: put labels in, close it"},
		{order.PrintParked, "label_text_does_not_fit", "ready", "text does not fit: call the lead"},
		{order.PrintParked, "no_receiver", "ready", "no receiver: call the lead"},
	} {
		v := orderDone()
		v.Work.Parcels[0].Print, v.Work.Parcels[0].PrintErr, v.Printer.Status = c.print, c.err, c.printer
		for _, size := range []Size{{80, 24}, {132, 43}, {80, 18}} {
			s := english(v, size)
			if strings.Contains(strings.ToLower(s), "stick") {
				t.Errorf("%s at %v sends to stick it on:\n%s", c.print, size, s)
			}
			if !strings.Contains(s, " NEXT  "+c.want) {
				t.Errorf("%s %s at %v: next step is not %q:\n%s", c.print, c.err, size, c.want, s)
			}
			if size.H >= lowH && !strings.Contains(s, ">> "+c.want) {
				t.Errorf("%s %s at %v: verdict does not say %q:\n%s", c.print, c.err, size, c.want, s)
			}
		}
	}
	v := orderDone()
	v.Work.Parcels[0].Print = order.PrintDone
	s := english(v, Size{80, 24})
	for _, want := range []string{" NEXT  Stick waybill", ">> Stick waybill", ">> Stick it on, scan it"} {
		if !strings.Contains(s, want) {
			t.Errorf("a printed waybill lacks %q:\n%s", want, s)
		}
	}
}

func TestAParkedPrintIsExplainedByWhoCanMendIt(t *testing.T) {
	v := badLabel()
	if s := english(v, Size{80, 24}); strings.Contains(s, "Look at the printer") || !strings.Contains(s, ">> text does not fit: call the lead") {
		t.Errorf("screen:\n%s", s)
	}
	v.Work, v.Bench.Screen = nil, order.ScreenQueue // meanwhile at the queue
	if s := english(v, Size{80, 24}); strings.Contains(s, "Look at the printer") || !strings.Contains(s, ">> Call the lead") {
		t.Errorf("screen:\n%s", s)
	}
	v.Verdict.What.Args.Reason = "print_unreachable"
	if s := english(v, Size{80, 24}); !strings.Contains(s, ">> Look at the printer") {
		t.Errorf("screen:\n%s", s)
	}
}

func TestParkedPrintsOfAReadyPrinterAreCalledSo(t *testing.T) {
	v := picking()
	v.Printer.Parked = 1
	if s := english(v, Size{80, 24}); !strings.Contains(s, "! 1 print parked. See to the printer, then F5") || strings.Contains(s, "Printer ready") {
		t.Errorf("screen:\n%s", s)
	}
	v.Printer.Status, v.Printer.Parked = "media_empty", 2
	if s := english(v, Size{80, 24}); !strings.Contains(s, "! Printer out of labels: put labels in, close it  2 parked") {
		t.Errorf("screen:\n%s", s)
	}
}

func TestAnOrderWithShortLinesDoesNotReadAsComplete(t *testing.T) {
	v := shortDone()
	for _, size := range sizes {
		s := english(v, size)
		for _, want := range []string{"1 of 3, 2 short", "ORDER SHORT", "1 of 3", "the rest is", "frozen"} {
			if !strings.Contains(s, want) {
				t.Errorf("at %v the screen lacks %q:\n%s", size, want, s)
			}
		}
		if strings.Contains(s, "ORDER DONE") {
			t.Errorf("at %v the screen calls it done:\n%s", size, s)
		}
	}
	v.Verdict.What = m(order.MsgOrderPacked, order.Args{Ref: v.Work.Ref})
	if s := english(v, Size{80, 24}); !strings.Contains(s, "ORDER SHORT") {
		t.Errorf("checked, but short:\n%s", s)
	}
	v.Verdict.What.Args.Ref = "another order"
	if s := english(v, Size{80, 24}); !strings.Contains(s, "ORDER DONE") {
		t.Errorf("another order is called short:\n%s", s)
	}
	v.Verdict.What, v.Work = m(order.MsgOrderPicked, order.Args{Ref: "1042", N: 1, Need: 3}), nil // left the bench since
	if s := english(v, Size{80, 24}); !strings.Contains(s, "ORDER SHORT") {
		t.Errorf("short by its own words:\n%s", s)
	}
	if s := english(orderDone(), Size{80, 24}); !strings.Contains(s, "ORDER DONE") || strings.Contains(s, "short") {
		t.Errorf("a whole order is called short:\n%s", s)
	}
}

func TestOfflineCostsALowWindowNoRow(t *testing.T) {
	v := offline(wrongItem())
	low := Render(v, Size{40, 16}, options(text.EN, Mono))
	if s := words(low); strings.Contains(s, "No word") || !strings.Contains(s, "OFFLINE") || !strings.Contains(s, "128 unsent 3 min") {
		t.Errorf("screen:\n%s", s)
	}
	if strings.Contains(words(low), "A-03-2") {
		t.Errorf("the location is plain text, not big:\n%s", words(low))
	}
	if s := english(v, Size{80, 24}); !strings.Contains(s, "No word from the centre: no network") {
		t.Errorf("screen:\n%s", s)
	}
	v.Sync.Online, v.Sync.Problem = true, "clock_skew" // no badge says this
	if s := english(v, Size{40, 16}); !strings.Contains(s, "! This computer's clock is off") {
		t.Errorf("screen:\n%s", s)
	}
}

func TestOfflineIsShownInTheSmallestWindows(t *testing.T) {
	for _, size := range []Size{{20, 6}, {30, 10}, {20, 3}} {
		for lang, want := range map[string][]string{text.EN: {"OFFLINE", "128", "3 min"}, text.ZH: {"离线", "128", "3分"}} {
			s := words(Render(offline(wrongItem()), size, options(lang, Mono)))
			for _, w := range want {
				if !strings.Contains(s, w) {
					t.Errorf("%v %s lacks %q:\n%s", size, lang, w, s)
				}
			}
		}
	}
	if s := english(offline(wrongItem()), Size{20, 3}); strings.Contains(s, "Window") || !strings.Contains(s, "Take 2 more") {
		t.Errorf("three rows are spent on the complaint:\n%s", s)
	}
	v := offline(wrongItem())
	v.Sync.Unsent, v.Sync.Oldest = 0, time.Time{}
	if s := english(v, Size{30, 10}); !strings.Contains(s, "OFFLINE 0 unsent 3 min") {
		t.Errorf("all sent: the age is not the last word's:\n%s", s)
	}
}

func TestALowWindowsFooterShowsWhatIsNeededMost(t *testing.T) {
	foot := func(v *station.View, lang string) string {
		s := words(Render(v, Size{40, 16}, options(lang, Mono)))
		return s[strings.LastIndex(s, "\n")+1:]
	}
	for _, c := range []struct {
		v    *station.View
		lang string
		want string
	}{
		{picking(), text.EN, "F6 UNDO F7 SHORT F1 INFO F10 SIGN OUT /"},
		{picking(), text.ZH, "F6 撤销 F7 缺货 F1 本台情况 F10 签退 /"},
		{labelling(), text.EN, "F5 PRINT F6 UNDO F1 INFO F10 SIGN OUT /"},
		{queueing(), text.EN, "F1 INFO F10 SIGN OUT F4 SHIP /  ^C: quit"},
	} {
		if got := foot(c.v, c.lang); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

func TestEveryKeyHasItsPlaceInTheFooter(t *testing.T) {
	for _, c := range order.Commands() {
		if (c.Key != "") != slices.Contains(needed, c.Command) {
			t.Errorf("%s with key %q", c.Command, c.Key)
		}
	}
}

func TestTheQueueKeyIsShownWhereWorkIsOnTheBench(t *testing.T) {
	for _, v := range []*station.View{picking(), packing(), labelling()} {
		if s := english(v, Size{80, 24}); !strings.Contains(s, "F3 QUEUE") {
			t.Errorf("%s:\n%s", v.Bench.Screen, s)
		}
	}
	if s := english(queueing(), Size{80, 24}); strings.Contains(s, "F3 QUEUE") {
		t.Errorf("queue:\n%s", s)
	}
}

func TestALowWindowSaysTheStepOnceAndWhole(t *testing.T) {
	for _, v := range []*station.View{picking(), labelling(), packing(), shortDone(), queueing()} {
		s := english(v, Size{40, 16})
		step := painterFor(v).step()
		flat := strings.Join(strings.Fields(strings.ReplaceAll(s, "\n", " ")), " ")
		if n := strings.Count(flat, step); n != 1 {
			t.Errorf("%s: %q stands %d times:\n%s", v.Bench.Screen, step, n, s)
		}
	}
	v := wrongItem() // its "do" line is another than the next step
	if s := english(v, Size{40, 16}); !strings.Contains(s, ">> Put it back to A-03-4") || !strings.Contains(s, "Take 2 more") {
		t.Errorf("screen:\n%s", s)
	}
}

func TestThePackCheckSendsNobodyToTheShelf(t *testing.T) {
	for _, size := range append([]Size{{38, 8}}, sizes...) {
		for _, lang := range []string{text.EN, text.ZH} {
			s := words(Render(packing(), size, options(lang, Mono)))
			for _, shelf := range []string{"A-03-2", "B-01-1", "F-02-3"} {
				if strings.Contains(s, shelf) {
					t.Errorf("%v %s names shelf %s:\n%s", size, lang, shelf, s)
				}
			}
			if step := text.Line(lang, m(order.DoPackMore, order.Args{N: 13})); !strings.Contains(s, step) {
				t.Errorf("%v %s lacks %q:\n%s", size, lang, step, s)
			}
		}
	}
	at, checks := packing(), packing()
	at.Work.Current.Location = "Z-99"
	if Render(at, Size{80, 24}, options(text.EN, Mono)) != Render(checks, Size{80, 24}, options(text.EN, Mono)) {
		t.Error("the shelf is drawn big at the pack check")
	}
	if s := words(Render(packing(), Size{80, 24}, options(text.ZH, Mono))); !strings.Contains(s, "   复核   ") {
		t.Errorf("no big 复核:\n%s", s)
	}
}

func TestALineLeftAndTakenUpAgainNamesItsPlace(t *testing.T) {
	v := picking() // three of five are picked
	v.Bench.Located = "B-01-1"
	if s := english(v, Size{80, 24}); !strings.Contains(s, " NEXT  Go to A-03-2, take 2 x Hainan mango") {
		t.Errorf("away from the shelf:\n%s", s)
	}
	v.Bench.Located = "A-03-2"
	if s := english(v, Size{80, 24}); !strings.Contains(s, " NEXT  Take 2 more") {
		t.Errorf("at the shelf:\n%s", s)
	}
}

func TestTimesAreTheWarehouses(t *testing.T) {
	v := queueing()
	v.Zone = time.FixedZone("GMT", 0)
	s := english(v, Size{80, 24})
	for _, want := range []string{" 04:04 \n", "!! 03:52 12 min late", "04:04:28"} { // clock, promise, verdict
		if !strings.Contains(s, want) {
			t.Errorf("screen lacks %q:\n%s", want, s)
		}
	}
	v.Zone = nil
	if s := english(v, Size{80, 24}); !strings.Contains(s, " 12:04 \n") {
		t.Errorf("without a zone the option's is not taken:\n%s", s)
	}
}

func TestAKeyPressedInVainIsNoWrongScan(t *testing.T) {
	for code := range idleCodes {
		v := idleKey()
		v.Verdict.What.Code = code
		if s := english(v, Size{132, 16}); strings.Contains(s, "WRONG KIND") || !strings.Contains(s, "XXX NOT HERE XXX") {
			t.Errorf("%s:\n%s", code, s)
		}
		v.Verdict.Device = "gun1" // a command code was scanned
		if s := english(v, Size{132, 16}); !strings.Contains(s, "WRONG KIND") {
			t.Errorf("%s scanned:\n%s", code, s)
		}
	}
	v := idleKey()
	v.Verdict.What = m(order.MsgNoParcelToWeigh, order.Args{N: 300})
	if s := english(v, Size{132, 16}); !strings.Contains(s, "WRONG KIND") {
		t.Errorf("a weight is no key:\n%s", s)
	}
}

func TestAPromiseOfLessThanAnHourIsMarkedWithoutPriority(t *testing.T) {
	p := painterFor(queueing())
	for _, c := range []struct {
		left     time.Duration
		priority int
		gone     bool
		want     string
	}{
		{59 * time.Minute, 0, false, "!"}, {time.Hour, 0, false, ""}, {-time.Minute, 0, false, "!"},
		{59 * time.Minute, 2, false, "!!"}, {5 * time.Hour, 1, false, "!"}, {59 * time.Minute, 0, true, ""},
	} {
		r := station.QueueRow{Promise: noon.Add(c.left), Priority: c.priority, Gone: c.gone}
		if _, got := markCell(p, &r); got != c.want {
			t.Errorf("%v left, priority %d, gone %v: %q", c.left, c.priority, c.gone, got)
		}
	}
	if _, got := markCell(p, &station.QueueRow{}); got != "" {
		t.Errorf("no promise: %q", got)
	}
}

func TestOneOfAThingIsSingular(t *testing.T) {
	v := dispatching()
	v.Outbound, v.OutboundAll = v.Outbound[:1], 1
	v.Instructions, v.Today.Scans = queueing().Instructions, 1
	s := english(v, Size{80, 24})
	for _, want := range []string{"1 parcel  ", "1 instruction in", "today 1 scan,"} {
		if !strings.Contains(s, want) {
			t.Errorf("screen lacks %q:\n%s", want, s)
		}
	}
	if s := english(dispatching(), Size{80, 24}); !strings.Contains(s, "6 parcels ") {
		t.Errorf("screen:\n%s", s)
	}
}
