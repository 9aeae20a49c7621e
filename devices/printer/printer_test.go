package printer_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"pickstation/devices/printer"
	"pickstation/devices/sim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func ctx(t testing.TB) context.Context {
	c, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	t.Cleanup(cancel)
	return c
}

func label(name string) printer.Job {
	return printer.Job{Name: name, Document: []byte("%PDF-1.4 " + name), ContentType: "application/pdf", Width: 10000, Height: 15000}
}

func failure(t testing.TB, err error, code string) *printer.Error {
	t.Helper()
	var e *printer.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want %s", err, code)
	}
	if e.Code != code || e.Hint == "" {
		t.Errorf("got %s %q (%v), want %s with a hint", e.Code, e.Hint, err, code)
	}
	return e
}

func TestAFolderTakesEachDocumentOnce(t *testing.T) {
	dir := t.TempDir()
	p, err := printer.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		ref, err := p.Submit(ctx(t), label("P1-SF1"))
		if err != nil || ref != "P1-SF1.pdf" {
			t.Fatalf("ref %q, %v", ref, err)
		}
	}
	other := label("P1-SF1")
	other.Document = []byte("another address")
	_, err = p.Submit(ctx(t), other)
	_ = failure(t, err, printer.CodeNameTaken)
	names, _ := os.ReadDir(dir)
	if len(names) != 1 {
		t.Errorf("the folder holds %v", names)
	}
	b, _ := os.ReadFile(filepath.Join(dir, "P1-SF1.pdf"))
	if !bytes.Equal(b, label("P1-SF1").Document) {
		t.Errorf("the file holds %q", b)
	}
	st, _ := os.Stat(filepath.Join(dir, "P1-SF1.pdf"))
	if st.Mode().Perm() != 0o600 {
		t.Errorf("mode %v: a label is personal data", st.Mode())
	}
	if s, err := p.Job(ctx(t), "P1-SF1.pdf"); err != nil || s.Progress != printer.Done {
		t.Errorf("%+v %v", s, err)
	}
	if s, err := p.Job(ctx(t), "P2.pdf"); err != nil || s.Progress != printer.Forgotten {
		t.Errorf("%+v %v", s, err)
	}
	if _, err := p.Job(ctx(t), "../x"); err == nil {
		t.Error("a reference may leave the folder")
	}
}

func TestOneOfManyWritersWinsAndNoneIsOverwritten(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	var mu sync.Mutex
	done := 0
	for i := range 16 {
		wg.Go(func() {
			j := label("P1")
			j.Document = []byte{byte(i)}
			if _, err := printer.NewSpool(dir).Submit(ctx(t), j); err == nil {
				mu.Lock()
				done++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	names, _ := os.ReadDir(dir)
	if done != 1 || len(names) != 1 {
		t.Errorf("%d writers were told it is done, the folder holds %v", done, names)
	}
}

func TestAFolderThatIsMissingOrClosedSaysSo(t *testing.T) {
	gone := printer.NewSpool(filepath.Join(t.TempDir(), "gone"))
	_, err := gone.Submit(ctx(t), label("P1"))
	if e := failure(t, err, printer.CodeUnreachable); !strings.Contains(e.Hint, "mount") {
		t.Errorf("hint %q", e.Hint)
	}
	if s, err := gone.Status(ctx(t)); err != nil || s.Condition != printer.Unreachable || s.Prints() || !strings.Contains(s.Hint, "mount") {
		t.Errorf("%+v %v", s, err)
	}
	if os.Geteuid() == 0 {
		t.Skip("root may write everywhere")
	}
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o500); err != nil {
		t.Fatal(err)
	}
	_, err = printer.NewSpool(dir).Submit(ctx(t), label("P1"))
	_ = failure(t, err, printer.CodeDenied)
	if s, err := printer.NewSpool(dir).Status(ctx(t)); err != nil || s.Condition != printer.Denied {
		t.Errorf("%+v %v", s, err)
	}
}

func TestAJobNeedsANameThatIsSafeEverywhere(t *testing.T) {
	dir := t.TempDir()
	for _, name := range []string{"", ".hidden", "../x", "a/b", "a\x00b", "-rf", "名", strings.Repeat("x", 121)} {
		_, err := printer.NewSpool(dir).Submit(ctx(t), label(name))
		_ = failure(t, err, printer.CodeBadJob)
	}
	j := label("empty")
	j.Document = nil
	_, err := printer.NewSpool(dir).Submit(ctx(t), j)
	_ = failure(t, err, printer.CodeBadJob)
	if names, _ := os.ReadDir(dir); len(names) != 0 {
		t.Errorf("the folder holds %v", names)
	}
}

func ippPrinter(t *testing.T) (*sim.Printer, printer.Printer) {
	t.Helper()
	s := &sim.Printer{}
	srv := httptest.NewServer(s)
	t.Cleanup(func() { srv.Close(); http.DefaultTransport.(*http.Transport).CloseIdleConnections() })
	p, err := printer.Open("ipp" + strings.TrimPrefix(srv.URL, "http") + "/ipp/print")
	if err != nil {
		t.Fatal(err)
	}
	return s, p
}

func TestAnIPPJobIsPrintedOnceAndFollowed(t *testing.T) {
	s, p := ippPrinter(t)
	s.Hold(true)
	first, err := p.Submit(ctx(t), label("P1-SF1-1"))
	if err != nil {
		t.Fatal(err)
	}
	again, err := p.Submit(ctx(t), label("P1-SF1-1"))
	if err != nil || again != first {
		t.Errorf("again: %q %v, first %q", again, err, first)
	}
	if st, err := p.Job(ctx(t), first); err != nil || st.Progress != printer.InProgress {
		t.Errorf("%+v %v", st, err)
	}
	if st, err := p.Status(ctx(t)); err != nil || st.Condition != printer.Printing || st.Queued != 1 {
		t.Errorf("%+v %v", st, err)
	}
	s.Finish(9)
	if st, err := p.Job(ctx(t), first); err != nil || st.Progress != printer.Done || len(st.Reasons) != 0 {
		t.Errorf("%+v %v", st, err)
	}
	if again, err := p.Submit(ctx(t), label("P1-SF1-1")); err != nil || again != first {
		t.Errorf("after it was printed: %q %v", again, err)
	}
	jobs := s.Jobs()
	if len(jobs) != 1 || !bytes.Equal(jobs[0].Document, label("P1-SF1-1").Document) || jobs[0].Format != "application/pdf" {
		t.Errorf("the printer took %+v", jobs)
	}
	if st, err := p.Job(ctx(t), "99"); err != nil || st.Progress != printer.Forgotten {
		t.Errorf("%+v %v", st, err)
	}
}

func TestALostAnswerDoesNotPrintTwice(t *testing.T) {
	s, p := ippPrinter(t)
	s.LoseAnswers(1)
	ref, err := p.Submit(ctx(t), label("P1"))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(s.Jobs()); n != 1 || ref != "1:P1" {
		t.Errorf("%d jobs, reference %q", n, ref)
	}
}

func TestALostAnswerOfAPrinterThatDoesNotListItsJobsIsForAPersonToLookAt(t *testing.T) {
	s, p := ippPrinter(t)
	s.Unlisted(true)
	if _, err := p.Submit(ctx(t), label("P1")); err != nil {
		t.Fatal(err)
	}
	s.LoseAnswers(1)
	_, err := p.Submit(ctx(t), label("P2"))
	if e := failure(t, err, printer.CodeUncertain); !e.MayHavePrinted || e.Retryable {
		t.Errorf("%+v", e)
	}
}

func TestAnAbortedJobMayBePrintedAgain(t *testing.T) {
	s, p := ippPrinter(t)
	s.Hold(true)
	if _, err := p.Submit(ctx(t), label("P1")); err != nil {
		t.Fatal(err)
	}
	s.Finish(8)
	if _, err := p.Submit(ctx(t), label("P1")); err != nil {
		t.Fatal(err)
	}
	if n := len(s.Jobs()); n != 2 {
		t.Errorf("%d jobs", n)
	}
}

func TestABusyPrinterIsRetryableAndNothingIsPrinted(t *testing.T) {
	s, p := ippPrinter(t)
	s.Busy(1)
	_, err := p.Submit(ctx(t), label("P1"))
	if e := failure(t, err, printer.CodeBusy); !e.Retryable || e.MayHavePrinted {
		t.Errorf("%+v", e)
	}
	if _, err := p.Submit(ctx(t), label("P1")); err != nil {
		t.Error(err)
	}
}

func TestAPrinterOfOneSizeStillPrints(t *testing.T) {
	s, p := ippPrinter(t)
	s.OneSize(true)
	if _, err := p.Submit(ctx(t), label("P1")); err != nil || len(s.Jobs()) != 1 {
		t.Errorf("%d jobs, %v", len(s.Jobs()), err)
	}
}

func TestEveryPrinterReasonHasOneConditionAndOneThingToDo(t *testing.T) {
	s, p := ippPrinter(t)
	for reason, want := range map[string]printer.Condition{
		"media-empty-error": printer.MediaEmpty, "media-needed": printer.MediaEmpty, "cover-open-warning": printer.CoverOpen,
		"media-jam-error": printer.Jam, "paused": printer.Paused, "marker-supply-empty-error": printer.RibbonEmpty, "media-low-report": printer.MediaLow,
	} {
		s.SetReasons(reason)
		st, err := p.Status(ctx(t))
		if err != nil || st.Condition != want || st.Hint == "" || st.Prints() != (want == printer.MediaLow) {
			t.Errorf("%s: %+v %v", reason, st, err)
		}
	}
	s.SetReasons()
	if st, err := p.Status(ctx(t)); err != nil || st.Condition != printer.Ready || st.Hint != "" {
		t.Errorf("%+v %v", st, err)
	}
}

func TestWhatAnswersButIsNoPrinter(t *testing.T) {
	for name, h := range map[string]http.HandlerFunc{
		"html":     func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>login</html>")) },
		"error":    func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", 500) },
		"nothing":  func(http.ResponseWriter, *http.Request) {},
		"redirect": func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/loop", http.StatusSeeOther) },
	} {
		srv := httptest.NewServer(h)
		p, err := printer.Open("ipp" + strings.TrimPrefix(srv.URL, "http") + "/")
		if err != nil {
			t.Fatal(err)
		}
		_, err = p.Submit(ctx(t), label("P1"))
		var e *printer.Error
		if !errors.As(err, &e) || e.MayHavePrinted || e.Hint == "" {
			t.Errorf("%s: %v", name, err)
		}
		srv.Close()
	}
	http.DefaultTransport.(*http.Transport).CloseIdleConnections()
}

func TestAPrinterThatIsOffIsUnreachable(t *testing.T) {
	l, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	for _, scheme := range []string{"ipp://", "socket://"} {
		p, err := printer.Open(scheme + address)
		if err != nil {
			t.Fatal(err)
		}
		_, err = p.Submit(ctx(t), label("P1"))
		if e := failure(t, err, printer.CodeUnreachable); !e.Retryable || e.MayHavePrinted {
			t.Errorf("%s %+v", scheme, e)
		}
		if s, err := p.Status(ctx(t)); err != nil || s.Condition != printer.Unreachable {
			t.Errorf("%s %+v %v", scheme, s, err)
		}
	}
}

func TestAddresses(t *testing.T) {
	for _, a := range []string{"/srv/labels", "spool:///srv/labels", "ipp://p/ipp/print", "ipps://p:631/x", "socket://p", "socket://p:9100?lang=none", "usb:///dev/usb/lp0", "usb:/dev/usb/lp0", "/dev/usb/lp0", "spool:/srv/labels", "spool:labels"} {
		if _, err := printer.Open(a); err != nil {
			t.Errorf("%s: %v", a, err)
		}
	}
	for _, a := range []string{"", "labels", "http://p", "ipp://", "socket://", "usb://lp0", "lpr://p", "socket://p?lang=klingon", "ipp://[::1", "spool://host/x"} {
		_, err := printer.Open(a)
		_ = failure(t, err, printer.CodeBadAddress)
	}
}

func FuzzParseHostStatus(f *testing.F) {
	f.Add([]byte("\x02030,0,0,1245,000,0,0,0,000,0,0,0\x03\r\n\x02001,0,0,0,1,2,6,0,00000000,1,000\x03\r\n\x021234,0\x03\r\n"))
	f.Add([]byte("\x02\x03\x02\x03\x02\x03"))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, ok := printer.ParseHostStatus(b)
		if ok && s.Condition == "" {
			t.Errorf("%q has no condition", b)
		}
	})
}

func TestUnfinishedFilesOfAnEarlierRunAreDeleted(t *testing.T) {
	dir := t.TempDir()
	old, fresh := filepath.Join(dir, ".print-1"), filepath.Join(dir, ".print-2")
	for _, f := range []string{old, fresh} {
		if err := os.WriteFile(f, []byte("a receiver"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	past := time.Now().Add(-3 * time.Hour)
	if err := os.Chtimes(old, past, past); err != nil {
		t.Fatal(err)
	}
	printer.NewSpool(dir)
	if _, err := os.Stat(old); !os.IsNotExist(err) {
		t.Error("an unfinished file of an earlier run is still there")
	}
	if _, err := os.Stat(fresh); err != nil {
		t.Error("a file that may be being written is gone")
	}
}
