package station_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pickstation/devices/ipp"
	"pickstation/devices/printer/evetest"
	"pickstation/order"
	"pickstation/station/print"
)

// gated is a script that prints once a file is there; until then the printer says why not.
func gated(t *testing.T, reason string) (script string, open func()) {
	t.Helper()
	gate := filepath.Join(t.TempDir(), "gate")
	script = `[ -e ` + gate + ` ] || echo "STATE: +` + reason + `" >&2
while [ ! -e ` + gate + ` ]; do sleep 0.05; done
echo "STATE: -` + reason + `" >&2`
	return script, func() {
		if err := os.WriteFile(gate, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// work lets a worker step until ok.
func work(t *testing.T, w *print.Worker, what string, ok func() bool) {
	t.Helper()
	evetest.Until(t, what, func(ctx context.Context) bool {
		if _, err := w.Step(ctx); err != nil {
			t.Fatal(err)
		}
		return ok()
	})
}

func TestARealPrinterOutOfLabelsGetsTheRestOnceItHasSome(t *testing.T) {
	script, open := gated(t, "media-empty-error")
	eve := evetest.Start(t, script)
	b := packed(t, "1", "2")
	w, sent := b.workerFor(eve.Open())
	var last print.Status
	w.Notify = func(st print.Status) { last = st }
	work(t, w, "the printer to say that it has no labels", func() bool { return last.Code == "media_empty" })
	for range 5 {
		if _, err := w.Step(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	jobs := b.jobs()
	if len(jobs) != 2 || jobs[0].State != order.PrintTaken || sent.tries > 2 {
		t.Fatalf("ledger %+v, sent %d", jobs, sent.tries)
	}
	open()
	work(t, w, "both labels", func() bool { b.clock.advance(print.Backoff(9)); return len(b.jobs()) == 0 })
	if docs := eve.Kept(); len(docs) != 2 || bytes.Equal(docs[0], docs[1]) {
		t.Errorf("%d papers came out", len(docs))
	}
}

func TestARealPrinterThatIsBusyIsTriedAgain(t *testing.T) {
	script, open := gated(t, "media-low-report")
	eve := evetest.Start(t, script)
	b := packed(t, "1", "2")
	w, _ := b.workerFor(eve.Open())
	work(t, w, "the second job to be refused", func() bool {
		jobs := b.jobs()
		return len(jobs) == 2 && jobs[0].State == order.PrintTaken && jobs[1].State == order.PrintFailed
	})
	if j := b.jobs()[1]; j.Code != "print_busy" {
		t.Errorf("%+v", j)
	}
	open()
	work(t, w, "both labels", func() bool { b.clock.advance(print.Backoff(1)); return len(b.jobs()) == 0 })
	if n := len(eve.Kept()); n != 2 {
		t.Errorf("%d papers came out", n)
	}
}

func TestARealPrinterThatAbortsIsLookedAt(t *testing.T) {
	eve := evetest.Start(t, "exit 1")
	b := packed(t, "1")
	w, sent := b.workerFor(eve.Open())
	work(t, w, "the job to be parked", func() bool { return len(b.jobs()) == 1 && b.jobs()[0].State == order.PrintParked })
	if j := b.onlyJob(); j.Code != order.PrintAborted || sent.tries != 1 || b.settle().Verdict.What.Code != order.MsgPrintTrouble {
		t.Errorf("%+v, sent %d times", j, sent.tries)
	}
}

func TestARealPrinterThatLosesItsPowerInTheMiddleIsLookedAt(t *testing.T) {
	script, open := gated(t, "media-low-report")
	eve := evetest.Start(t, script)
	b := packed(t, "1", "2")
	w, _ := b.workerFor(eve.Open())
	var last print.Status
	w.Notify = func(st print.Status) { last = st }
	work(t, w, "the printer to have the first job", func() bool { return b.jobs()[0].State == order.PrintTaken })
	eve.PowerOff()
	work(t, w, "the station to see that", func() bool { return last.Code == "unreachable" })
	if j := b.jobs()[0]; j.State != order.PrintTaken {
		t.Errorf("a printer that does not answer says nothing of its job: %+v", j)
	}
	open()
	eve.PowerOn()
	work(t, w, "the second label, and the first to be parked", func() bool {
		b.clock.advance(print.Backoff(9))
		jobs := b.jobs()
		return len(jobs) == 1 && jobs[0].State == order.PrintParked
	})
	if j := b.onlyJob(); j.Shipment != "1" || j.Code != order.PrintUncertain {
		t.Fatalf("%+v", j)
	}
	b.quiet()
	b.want(order.OK, "PS:QUEUE", "X1")
	b.want(order.ConfirmAgain, "PS:PRINT")
	b.want(order.OK, "PS:YES")
	work(t, w, "the new paper", func() bool { return len(b.jobs()) == 0 })
	docs := eve.Kept()
	if len(docs) < 2 || len(docs) > 3 { // the script of the job that was cut off may still have kept its own
		t.Errorf("%d papers came out", len(docs))
	}
}

// cutter passes requests to a printer and cuts the answers to its first n jobs off.
func cutter(t *testing.T, printerURI string, n int) string {
	t.Helper()
	to, err := url.Parse(strings.Replace(printerURI, "ipp:", "http:", 1))
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(&url.URL{Scheme: "http", Host: to.Host}) }}
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		m, _, err := ipp.Decode(body)
		if err == nil && m.Code == ipp.PrintJob && n > 0 {
			n--
			proxy.ServeHTTP(httptest.NewRecorder(), r) // the printer has it
			panic(http.ErrAbortHandler)
		}
		proxy.ServeHTTP(rw, r)
	}))
	t.Cleanup(srv.Close)
	return "ipp://" + srv.Listener.Addr().String() + to.Path
}

func TestTheLostReplyOfARealPrinterPrintsOnce(t *testing.T) {
	eve := evetest.Start(t, "")
	b := packed(t, "1", "2", "3")
	w, _ := b.workerFor(openPrinter(t, cutter(t, eve.URI(), 2)))
	work(t, w, "three labels", func() bool { b.clock.advance(print.Backoff(1)); return len(b.jobs()) == 0 })
	if n := len(eve.Kept()); n != 3 {
		t.Errorf("%d papers came out", n)
	}
}
