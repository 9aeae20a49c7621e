package printer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"pickstation/devices/ipp"
)

// IPP is a printer that speaks the Internet Printing Protocol over HTTP or HTTPS.
type IPP struct {
	uri  string // as the printer knows itself: ipp://…
	http string // where requests go
	user string
	c    *http.Client
	id   atomic.Int32
}

// maxAnswer bounds what is read of an answer, in bytes.
const maxAnswer = 4 << 20

// lookAgain bounds the question whether a job arrived whose answer was lost; ctx may be what ended the first one.
const lookAgain = 3 * time.Second

// NewIPP makes an IPP printer; client nil means http.DefaultClient's settings. Deadlines come from ctx.
func NewIPP(u *url.URL, client *http.Client) (*IPP, error) {
	target := *u
	target.Scheme = map[string]string{"ipp": "http", "ipps": "https"}[u.Scheme]
	if target.Scheme == "" {
		return nil, badAddress(u.String(), errors.New("not an ipp address"))
	}
	if u.Port() == "" {
		target.Host = u.Host + ":631"
	}
	if client == nil {
		client = &http.Client{}
	}
	user := os.Getenv("USER")
	if user == "" {
		user = "pickstation"
	}
	return &IPP{uri: u.String(), http: target.String(), user: user, c: client}, nil
}

// Submit prints a job, unless the printer already has one of that name that was not canceled or aborted. When the answer
// is lost, the printer is asked for the name; only if that fails too is the outcome uncertain.
func (p *IPP) Submit(ctx context.Context, j Job) (JobRef, error) {
	if err := j.check(); err != nil {
		return "", err
	}
	op := "print " + j.Name
	ref, known, _, err := p.look(ctx, j.Name)
	if err != nil {
		return "", fault(op, err, false)
	}
	if known {
		return ref, nil
	}
	m, err := p.print(ctx, j, true)
	if e := (*ipp.StatusError)(nil); errors.As(err, &e) && e.Code == ipp.AttributesNotSupported && j.Width > 0 {
		m, err = p.print(ctx, j, false) // a printer that knows one size only says so like this
	}
	if err == nil {
		if id, ok := m.Group(ipp.JobGroup).Int("job-id"); ok {
			return jobRef(id, j.Name), nil
		}
		err = errors.New("the answer names no job")
	}
	if e := (*ipp.StatusError)(nil); errors.As(err, &e) || notSent(err) {
		return "", fault(op, err, false)
	}
	later, cancel := context.WithTimeout(context.WithoutCancel(ctx), lookAgain)
	defer cancel()
	ref, known, listed, ferr := p.look(later, j.Name)
	switch {
	case ferr == nil && known:
		return ref, nil
	case ferr == nil && listed: // it never came in
		f := fault(op, err, false)
		f.Retryable = true
		return "", f
	}
	return "", fault(op, err, true)
}

// print sends Print-Job.
func (p *IPP) print(ctx context.Context, j Job, sized bool) (ipp.Message, error) {
	m := p.request(ipp.PrintJob)
	m.Groups[0].Attrs = append(m.Groups[0].Attrs,
		ipp.Attr("job-name", ipp.String(ipp.TagName, j.Name)),
		ipp.Attr("ipp-attribute-fidelity", ipp.Boolean(false)),
		ipp.Attr("document-format", ipp.String(ipp.TagMimeType, j.ContentType)))
	job := ipp.Group{Tag: ipp.JobGroup, Attrs: []ipp.Attribute{ipp.Keywords("print-scaling", "none")}}
	if sized && j.Width > 0 && j.Height > 0 {
		job.Attrs = append(job.Attrs, mediaCol(j.Width, j.Height))
	}
	m.Groups = append(m.Groups, job)
	return p.do(ctx, m, j.Document)
}

// mediaCol asks for a label size without margins, in hundredths of a millimetre (PWG 5100.7).
func mediaCol(width, height int) ipp.Attribute {
	zero := ipp.Integer(0)
	return ipp.Attr("media-col", ipp.Collection(
		ipp.Attr("media-size", ipp.Collection(ipp.Attr("x-dimension", ipp.Integer(width)), ipp.Attr("y-dimension", ipp.Integer(height)))),
		ipp.Attr("media-top-margin", zero), ipp.Attr("media-bottom-margin", zero),
		ipp.Attr("media-left-margin", zero), ipp.Attr("media-right-margin", zero)))
}

// look looks for a job of this name among those that wait and those that are over, and says whether the printer listed
// all its jobs: one that does not may have it all the same.
func (p *IPP) look(ctx context.Context, name string) (ref JobRef, known, listed bool, err error) {
	listed = true
	for _, which := range []string{"not-completed", "completed"} {
		m := p.request(ipp.GetJobs)
		m.Groups[0].Attrs = append(m.Groups[0].Attrs, ipp.Keywords("which-jobs", which),
			ipp.Keywords("requested-attributes", "job-id", "job-name", "job-state"))
		res, err := p.do(ctx, m, nil)
		if e := (*ipp.StatusError)(nil); errors.As(err, &e) && !e.Retryable() {
			listed = false
			continue
		}
		if err != nil {
			return "", false, false, err
		}
		for _, g := range res.Groups {
			st, _ := g.Int("job-state")
			id, ok := g.Int("job-id")
			if g.Tag == ipp.JobGroup && ok && slices.Contains(g.Strings("job-name"), name) && jobProgress[st] != Canceled && jobProgress[st] != Aborted {
				return jobRef(id, name), true, true, nil
			}
		}
	}
	return "", false, listed, nil
}

// jobRef is a job by its number and its name: a printer that was switched off gives its
// numbers out again.
func jobRef(id int, name string) JobRef { return JobRef(strconv.Itoa(id) + ":" + name) }

// jobProgress maps job-state (RFC 8011, 5.3.7).
var jobProgress = map[int]Progress{3: Pending, 4: Held, 5: InProgress, 6: Interrupted, 7: Canceled, 8: Aborted, 9: Done}

// historyKept is how long a printer remembers at least that a job was completed (RFC 8011,
// 5.3.7.2: the Job History phase lasts 60 seconds or more), less a margin.
const historyKept = 50 * time.Second

// Find looks for a job of this name that was not canceled or aborted. A printer that
// cannot list its jobs, or may have forgotten them, cannot tell.
func (p *IPP) Find(ctx context.Context, name, _ string, ago time.Duration) (JobRef, bool, error) {
	ref, known, listed, err := p.look(ctx, name)
	switch {
	case err != nil:
		return "", false, fault("find "+name, err, false)
	case known:
		return ref, true, nil
	case !listed:
		return "", false, cannotTell(name, "this printer does not list its jobs")
	case ago < 0 || ago > historyKept:
		return "", false, cannotTell(name, "the printer may have forgotten the job")
	}
	return "", false, nil
}

// Job asks for a job's state.
func (p *IPP) Job(ctx context.Context, ref JobRef) (JobState, error) {
	op := "job " + string(ref)
	number, name, _ := strings.Cut(string(ref), ":")
	id, err := strconv.Atoi(number)
	if err != nil {
		return JobState{}, &Error{Code: CodeBadJob, Op: op, Err: errors.New("no reference of this printer"), Hint: "use the reference that Submit gave"}
	}
	m := p.request(ipp.GetJobAttributes)
	m.Groups[0].Attrs = slices.Insert(m.Groups[0].Attrs, 3, ipp.Attr("job-id", ipp.Integer(id)))
	m.Groups[0].Attrs = append(m.Groups[0].Attrs, ipp.Keywords("requested-attributes", "job-name", "job-state", "job-state-reasons"))
	res, err := p.do(ctx, m, nil)
	if e := (*ipp.StatusError)(nil); errors.As(err, &e) && e.Code == ipp.NotFound {
		return JobState{Progress: Forgotten, Reasons: []string{"the printer no longer knows the job"}}, nil
	}
	if err != nil {
		return JobState{}, fault(op, err, false)
	}
	g := res.Group(ipp.JobGroup)
	if !slices.Contains(g.Strings("job-name"), name) {
		return JobState{Progress: Forgotten, Reasons: []string{"the printer has given the number to another job"}}, nil
	}
	n, _ := g.Int("job-state")
	progress, ok := jobProgress[n]
	if !ok {
		return JobState{}, fault(op, fmt.Errorf("unknown job state %d", n), false)
	}
	return JobState{Progress: progress, Reasons: reasons(g.Strings("job-state-reasons"))}, nil
}

// reasons drops "none".
func reasons(in []string) []string {
	return slices.DeleteFunc(in, func(s string) bool { return s == "none" })
}

// reasonConditions maps printer-state-reasons without their severity (RFC 8011, 5.4.12; PWG 5100.9), the worst first.
var reasonConditions = []struct {
	reason string
	c      Condition
}{
	{"media-jam", Jam}, {"cover-open", CoverOpen}, {"door-open", CoverOpen}, {"interlock-open", CoverOpen}, {"media-empty", MediaEmpty},
	{"media-needed", MediaEmpty}, {"marker-supply-empty", RibbonEmpty}, {"paused", Paused}, {"moving-to-paused", Paused},
	{"fuser-over-temp", HeadHot}, {"fuser-under-temp", HeadCold}, {"spool-area-full", BufferFull}, {"shutdown", Stopped},
	{"timed-out", Attention}, {"connecting-to-device", Attention}, {"media-low", MediaLow},
}

// Status asks for the printer's state.
func (p *IPP) Status(ctx context.Context) (State, error) {
	m := p.request(ipp.GetPrinterAttributes)
	m.Groups[0].Attrs = append(m.Groups[0].Attrs, ipp.Keywords("requested-attributes",
		"printer-state", "printer-state-reasons", "printer-is-accepting-jobs", "queued-job-count"))
	res, err := p.do(ctx, m, nil)
	if err != nil {
		f := fault("printer status", err, false)
		if f.Code == CodeUnreachable {
			return state(Unreachable, err.Error()), nil
		}
		return State{}, f
	}
	g := res.Group(ipp.PrinterGroup)
	s := printerState(g)
	if n, ok := g.Int("queued-job-count"); ok {
		s.Queued = n
	}
	return s, nil
}

func printerState(g ipp.Group) State {
	why := reasons(g.Strings("printer-state-reasons"))
	for _, r := range reasonConditions {
		for _, w := range why {
			if base(w) == r.reason {
				return state(r.c, why...)
			}
		}
	}
	if n, ok := g.Int("printer-is-accepting-jobs"); ok && n == 0 {
		return state(Rejecting, why...)
	}
	switch n, _ := g.Int("printer-state"); n {
	case 3:
		return state(Ready, why...)
	case 4:
		return state(Printing, why...)
	case 5:
		return state(Stopped, why...)
	}
	return state(Unknown, why...)
}

// base takes the severity off a reason.
func base(reason string) string {
	for _, s := range []string{"-error", "-warning", "-report"} {
		if n := len(reason) - len(s); n > 0 && reason[n:] == s {
			return reason[:n]
		}
	}
	return reason
}

// request starts a request with the attributes that every one must begin with (RFC 8011, 4.1.4).
func (p *IPP) request(op int) ipp.Message {
	return ipp.Message{Code: op, RequestID: int(p.id.Add(1)), Groups: []ipp.Group{{Tag: ipp.OperationGroup, Attrs: []ipp.Attribute{
		ipp.Attr("attributes-charset", ipp.String(ipp.TagCharset, "utf-8")),
		ipp.Attr("attributes-natural-language", ipp.String(ipp.TagLanguage, "en")),
		ipp.Attr("printer-uri", ipp.String(ipp.TagURI, p.uri)),
		ipp.Attr("requesting-user-name", ipp.String(ipp.TagName, p.user)),
	}}}}
}

// badAnswer is an answer that is no IPP.
type badAnswer struct{ err error }

func (b *badAnswer) Error() string { return b.err.Error() }
func (b *badAnswer) Unwrap() error { return b.err }

func (p *IPP) do(ctx context.Context, m ipp.Message, doc []byte) (ipp.Message, error) {
	body := append(m.Encode(), doc...)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.http, bytes.NewReader(body))
	if err != nil {
		return ipp.Message{}, err
	}
	req.Header.Set("Content-Type", "application/ipp")
	res, err := p.c.Do(req)
	if err != nil {
		return ipp.Message{}, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return ipp.Message{}, &badAnswer{fmt.Errorf("http status %s", res.Status)}
	}
	b, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return ipp.Message{}, err
	}
	out, _, err := ipp.Decode(b)
	if err != nil {
		return ipp.Message{}, &badAnswer{err}
	}
	if out.RequestID != m.RequestID {
		return ipp.Message{}, &badAnswer{fmt.Errorf("answer to request %d, not %d", out.RequestID, m.RequestID)}
	}
	return out, out.Err()
}
