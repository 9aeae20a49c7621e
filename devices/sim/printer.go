package sim

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"pickstation/devices/ipp"
)

// PrintJob is a job that a simulated printer has taken.
type PrintJob struct {
	ID       int
	Name     string
	Format   string
	Document []byte
	State    int // job-state of RFC 8011: 9 completed, 5 processing, …
}

// Printer is a simulated IPP printer, an http.Handler. The zero value prints everything at once. Safe for concurrent use.
type Printer struct {
	// OnJob is called for every job taken, before the answer; may be nil.
	OnJob func(PrintJob)

	mu      sync.Mutex // guards below
	jobs    []PrintJob
	forgot  int // jobs before them
	reasons []string
	busy    int
	lose    int
	oneSize bool
	unlist  bool
	hold    bool
}

// SetReasons sets printer-state-reasons ("media-empty-error", "cover-open-warning", …); none means ready.
func (p *Printer) SetReasons(reasons ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reasons = reasons
}

// Busy makes the printer refuse the next n jobs as busy.
func (p *Printer) Busy(n int) { p.set(func() { p.busy = n }) }

// LoseAnswers makes the printer take the next n jobs and cut the connection instead of answering.
func (p *Printer) LoseAnswers(n int) { p.set(func() { p.lose = n }) }

// OneSize makes the printer refuse jobs that name a label size.
func (p *Printer) OneSize(on bool) { p.set(func() { p.oneSize = on }) }

// Unlisted makes the printer refuse to list its jobs, as small printers do.
func (p *Printer) Unlisted(on bool) { p.set(func() { p.unlist = on }) }

// Hold makes new jobs stay in processing until Finish.
func (p *Printer) Hold(on bool) { p.set(func() { p.hold = on }) }

// Finish moves all jobs that are not over to a job-state.
func (p *Printer) Finish(state int) {
	p.set(func() {
		for i := range p.jobs {
			if p.jobs[i].State < 7 {
				p.jobs[i].State = state
			}
		}
	})
}

// Forget makes the printer forget all its jobs, as one that was switched off.
func (p *Printer) Forget() { p.set(func() { p.forgot, p.jobs = p.forgot+len(p.jobs), nil }) }

func (p *Printer) set(change func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change()
}

// Jobs lists the jobs taken.
func (p *Printer) Jobs() []PrintJob {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.jobs)
}

// ServeHTTP answers one IPP request.
func (p *Printer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/ipp" {
		http.Error(w, "this is a printer: POST application/ipp", http.StatusBadRequest)
		return
	}
	b, err := io.ReadAll(io.LimitReader(r.Body, 64<<20))
	if err != nil {
		return
	}
	m, doc, err := ipp.Decode(b)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	res, cut := p.answer(m, doc)
	if cut {
		panic(http.ErrAbortHandler)
	}
	res.RequestID = m.RequestID
	head := ipp.Group{Tag: ipp.OperationGroup, Attrs: []ipp.Attribute{
		ipp.Attr("attributes-charset", ipp.String(ipp.TagCharset, "utf-8")),
		ipp.Attr("attributes-natural-language", ipp.String(ipp.TagLanguage, "en")),
	}}
	res.Groups = append([]ipp.Group{head}, res.Groups...)
	w.Header().Set("Content-Type", "application/ipp")
	_, _ = w.Write(res.Encode())
}

func (p *Printer) answer(m ipp.Message, doc []byte) (res ipp.Message, cut bool) {
	op := m.Group(ipp.OperationGroup)
	switch m.Code {
	case ipp.PrintJob:
		return p.print(m, op, bytes.Clone(doc))
	case ipp.GetJobs:
		return p.list(op), false
	case ipp.GetJobAttributes:
		id, _ := op.Int("job-id")
		for _, j := range p.Jobs() {
			if j.ID == id {
				return ipp.Message{Groups: []ipp.Group{j.group()}}, false
			}
		}
		return ipp.Message{Code: ipp.NotFound}, false
	case ipp.GetPrinterAttributes:
		return ipp.Message{Groups: []ipp.Group{p.describe()}}, false
	}
	return ipp.Message{Code: ipp.OperationNotSupported}, false
}

func (p *Printer) print(m ipp.Message, op ipp.Group, doc []byte) (res ipp.Message, cut bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.busy > 0 {
		p.busy--
		return ipp.Message{Code: ipp.Busy}, false
	}
	if p.oneSize && m.Group(ipp.JobGroup).Find("media-col") != nil {
		return ipp.Message{Code: ipp.AttributesNotSupported}, false
	}
	j := PrintJob{ID: p.forgot + len(p.jobs) + 1, Document: doc, State: 9}
	if p.hold {
		j.State = 5
	}
	if s := op.Strings("job-name"); len(s) > 0 {
		j.Name = s[0]
	}
	if s := op.Strings("document-format"); len(s) > 0 {
		j.Format = s[0]
	}
	p.jobs = append(p.jobs, j)
	if p.OnJob != nil {
		p.OnJob(j)
	}
	if p.lose > 0 {
		p.lose--
		return res, true
	}
	return ipp.Message{Groups: []ipp.Group{j.group()}}, false
}

func (p *Printer) list(op ipp.Group) ipp.Message {
	p.mu.Lock()
	unlisted := p.unlist
	p.mu.Unlock()
	if unlisted {
		return ipp.Message{Code: ipp.OperationNotSupported}
	}
	over := slices.Contains(op.Strings("which-jobs"), "completed")
	var res ipp.Message
	for _, j := range p.Jobs() {
		if (j.State >= 7) == over {
			res.Groups = append(res.Groups, j.group())
		}
	}
	return res
}

func (j PrintJob) group() ipp.Group {
	return ipp.Group{Tag: ipp.JobGroup, Attrs: []ipp.Attribute{
		ipp.Attr("job-id", ipp.Integer(j.ID)), ipp.Attr("job-name", ipp.String(ipp.TagName, j.Name)),
		ipp.Attr("job-state", ipp.Enum(j.State)), ipp.Keywords("job-state-reasons", "none"),
	}}
}

func (p *Printer) describe() ipp.Group {
	p.mu.Lock()
	defer p.mu.Unlock()
	reasons, state, queued := p.reasons, 3, 0
	for _, j := range p.jobs {
		if j.State < 7 {
			queued++
			state = 4
		}
	}
	if len(reasons) == 0 {
		reasons = []string{"none"}
	}
	return ipp.Group{Tag: ipp.PrinterGroup, Attrs: []ipp.Attribute{
		ipp.Attr("printer-state", ipp.Enum(state)), ipp.Keywords("printer-state-reasons", reasons...),
		ipp.Attr("printer-is-accepting-jobs", ipp.Boolean(true)), ipp.Attr("queued-job-count", ipp.Integer(queued)),
	}}
}

// Zebra is a simulated ZPL printer on a raw socket. It takes documents as bytes and answers ~HS.
type Zebra struct {
	// OnDocument is told of the bytes of every connection that were no ~HS; may be nil.
	OnDocument func([]byte)

	mu     sync.Mutex // guards below
	flags  ZebraFlags
	silent bool
	conns  map[net.Conn]bool
}

// ZebraFlags are the states that ~HS reports.
type ZebraFlags struct {
	PaperOut, Paused, HeadUp, RibbonOut, HeadCold, HeadHot, BufferFull bool
	LabelsLeft                                                         int
}

// SetFlags sets what ~HS reports. A printer that is silent gives no answer, as a real one without labels.
func (z *Zebra) SetFlags(f ZebraFlags, silent bool) {
	z.mu.Lock()
	defer z.mu.Unlock()
	z.flags, z.silent = f, silent
}

// Serve takes connections until l is closed, then ends those that are open and returns.
func (z *Zebra) Serve(l net.Listener) error {
	var open sync.WaitGroup
	defer open.Wait()
	defer z.hangUp()
	for {
		c, err := l.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		z.mu.Lock()
		if z.conns == nil {
			z.conns = map[net.Conn]bool{}
		}
		z.conns[c] = true
		z.mu.Unlock()
		open.Go(func() {
			z.talk(c)
			_ = c.Close()
			z.mu.Lock()
			delete(z.conns, c)
			z.mu.Unlock()
		})
	}
}

func (z *Zebra) hangUp() {
	z.mu.Lock()
	defer z.mu.Unlock()
	for c := range z.conns {
		_ = c.Close()
	}
}

func (z *Zebra) talk(c net.Conn) {
	var doc []byte
	buf := make([]byte, 4096)
	for {
		_ = c.SetReadDeadline(time.Now().Add(time.Minute))
		n, err := c.Read(buf)
		doc = append(doc, buf[:n]...)
		if i := bytes.Index(doc, []byte("~HS")); i >= 0 {
			doc = append(doc[:i:i], doc[i+3:]...)
			if s, ok := z.hostStatus(); ok {
				_, _ = c.Write(s)
			}
		}
		if err != nil {
			if len(doc) > 0 && z.OnDocument != nil {
				z.OnDocument(doc)
			}
			return
		}
	}
}

// hostStatus is the answer to ~HS.
func (z *Zebra) hostStatus() ([]byte, bool) {
	z.mu.Lock()
	defer z.mu.Unlock()
	return z.flags.encode(), !z.silent
}
