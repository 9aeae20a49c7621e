package order

import (
	"testing"
	"time"
)

func TestAParcelOfAnotherBenchThatCameBackIsAskedAbout(t *testing.T) {
	for name, c := range map[string]struct {
		word time.Duration
		do   MsgCode
	}{"the centre answers": {time.Second, DoScanSoon}, "the network is off": {time.Hour, DoOtherBench}, "the centre was never heard": {-1, DoOtherBench}} {
		t.Run(name, func(t *testing.T) {
			w := atReturns(t)
			w.env.WordAge = c.word
			d := w.wantDo(w.want(w.scan("SF1000200030004"), Needs, MsgNotOfBench), c.do)
			e := d.Events[0]
			if e.Type != EventWanted || e.Waybill != "SF1000200030004" || e.Shipment != "" || d.Verdict.Look() == LookStop {
				t.Fatalf("event %+v", e)
			}
			w.wantScreen(ScreenTasks)
			w.tasks = []*Task{sentBack(line("mango", 3, "L1"))} // as the feed brings it
			w.tasks[0].Codes = []string{"SF1000200030004"}
			w.want(w.scan("SF1000200030004"), OK, MsgTaskOpened)
		})
	}
}

func TestWhatIsNoWaybillIsNotToldToTheCentre(t *testing.T) {
	w := atReturns(t)
	for _, code := range []string{"13800001234", "+86 138 0000 1234", "NONSENSE", "2026112200"} {
		d := w.want(w.scan(code), Unknown, MsgUnknownCode)
		if e := d.Events[0]; e.Type != EventRefused || e.Waybill != "" {
			t.Fatalf("%s: event %+v", code, e)
		}
	}
}

func TestAParcelThatAnotherBenchPackedIsHandedOverThere(t *testing.T) {
	w := newWorld(t)
	w.card(CmdDispatch)
	w.wantDo(w.want(w.scan("SF1000200030004"), OtherOrder, MsgNotOfBench), DoHandOverThere)
	w.want(w.scan("NONSENSE"), WrongKind, MsgNotParcel)
}
