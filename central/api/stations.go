package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/klauspost/compress/zstd"

	"pickstation/central/ingest"
	"pickstation/order"
	"pickstation/sync/wire"
)

// Limits of a compressed push. The window is what common encoders use; the memory
// bounds what a hostile body can make us spend.
const (
	maxWindow = 8 << 20
	maxMemory = 16 << 20
)

// StationPath names a station in a path. It is exported for huma, which fills embedded fields only then.
type StationPath struct {
	ID order.StationID `path:"id" maxLength:"48" doc:"station name, as in its certificate"`
}

// opFeed is the call by which stations wait for news.
const opFeed = "pullFeed"

func (s *Server) registerStations() {
	enrol := op("POST", "/v1/enrol", "enrolStation", "Trade a one-time code for a client certificate", "stations", public())
	enrol.SkipValidateBody = true // newer stations may say more than this centre knows
	enrol.MaxBodyBytes, enrol.BodyReadTimeout = maxPublicBytes, headerTimeout
	huma.Register(s.api, enrol, func(ctx context.Context, in *struct{ Body wire.EnrolRequest }) (*enrolOut, error) {
		reply, err := s.svc.Enrol(ctx, s.ca, in.Body)
		return &enrolOut{reply}, toProblem(err)
	})
	renew := op("POST", "/v1/stations/{id}/renew", "renewStation", "A new certificate for a station that has a valid one", "stations", forStation())
	renew.SkipValidateBody = true
	huma.Register(s.api, renew,
		func(ctx context.Context, in *struct {
			StationPath
			Body wire.RenewRequest
		}) (*enrolOut, error) {
			reply, err := s.svc.Renew(ctx, s.ca, in.ID, callerOf(ctx).cert, in.Body.CSR)
			return &enrolOut{reply}, toProblem(err)
		})
	push := op("POST", "/v1/stations/{id}/push", "pushEvents", "Take a range of a station's event log", "stations", forStation())
	push.MaxBodyBytes = wire.MaxPushBytes + 64<<10
	push.Description = "The body is newline-delimited JSON: a PushHeader, then each event's canonical bytes. It may be compressed with zstd (Content-Encoding). The reply's code tells what became of it."
	huma.Register(s.api, push, s.push)
	huma.Register(s.api, op("GET", "/v1/stations/{id}/feed", opFeed, "Changes for a station past a cursor; waits for them", "stations", forStation()), s.feed)
	beat := op("POST", "/v1/stations/{id}/heartbeat", "heartbeat", "Tell that a station lives; renews and grants leases", "stations", forStation())
	beat.SkipValidateBody = true
	huma.Register(s.api, beat,
		func(ctx context.Context, in *struct {
			StationPath
			Body wire.Heartbeat
		}) (*heartbeatOut, error) {
			reply, err := s.svc.Heartbeat(ctx, in.ID, in.Body)
			return &heartbeatOut{reply}, toProblem(err)
		})
}

type enrolOut struct{ Body wire.EnrolReply }

type heartbeatOut struct{ Body wire.HeartbeatReply }

type pushIn struct {
	StationPath
	Encoding string `header:"Content-Encoding" maxLength:"32"`
	RawBody  []byte `contentType:"application/x-ndjson"`
}

type pushOut struct {
	Status     int
	RetryAfter string `header:"Retry-After"`
	Body       wire.PushReply
}

var pushStatus = map[wire.Code]int{
	wire.CodeOK:      http.StatusOK,
	wire.CodeGap:     http.StatusConflict,
	wire.CodeFork:    http.StatusConflict,
	wire.CodeFenced:  http.StatusConflict,
	wire.CodeSplit:   http.StatusRequestEntityTooLarge,
	wire.CodeBad:     http.StatusUnprocessableEntity,
	wire.CodeUpgrade: http.StatusUpgradeRequired,
	wire.CodeBusy:    http.StatusServiceUnavailable,
}

func (s *Server) push(ctx context.Context, in *pushIn) (*pushOut, error) {
	header, bodies, refusal := readPush(in.Encoding, in.RawBody)
	if refusal != nil {
		s.metrics.Add("pushes", string(refusal.Code), 1)
		return &pushOut{Status: pushStatus[refusal.Code], Body: wire.PushReply{Req: header.Req, Code: refusal.Code,
			Message: refusal.Message, ServerAt: time.Now().UTC(),
			Next: wire.Next{MaxEvents: wire.MaxPushEvents, MaxBytes: wire.MaxPushBytes}}}, nil
	}
	reply, err := s.svc.Push(ctx, in.ID, header, bodies)
	if err != nil {
		return nil, toProblem(err)
	}
	return &pushOut{Status: pushStatus[reply.Code], Body: reply}, nil
}

// decoder is shared: DecodeAll is safe for concurrent use.
var decoder = func() *zstd.Decoder {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(maxMemory), zstd.WithDecoderMaxWindow(maxWindow))
	if err != nil {
		panic(err) // options are constants
	}
	return d
}()

// readPush takes a push's body apart. It never keeps or changes the events' bytes.
func readPush(encoding string, body []byte) (h wire.PushHeader, bodies [][]byte, refusal *ingest.Refusal) {
	switch encoding {
	case "", "identity":
	case "zstd":
		plain, err := decoder.DecodeAll(body, nil)
		if err != nil && len(plain) <= wire.MaxPushBytes {
			return h, nil, &ingest.Refusal{Code: wire.CodeBad, Message: "the body is not zstd: " + err.Error()}
		}
		body = plain
	default:
		return h, nil, &ingest.Refusal{Code: wire.CodeBad, Message: "only zstd is known as a content encoding"}
	}
	if len(body) > wire.MaxPushBytes {
		return h, nil, &ingest.Refusal{Code: wire.CodeSplit, Message: "the push is too large"}
	}
	first, rest, _ := bytes.Cut(body, []byte{'\n'})
	if err := json.Unmarshal(first, &h); err != nil {
		return h, nil, &ingest.Refusal{Code: wire.CodeBad, Message: "the first line is no header: " + err.Error()}
	}
	return h, ingest.Lines(rest), nil
}

type feedIn struct {
	StationPath
	Cursor int64  `query:"cursor" minimum:"0"`
	Max    int    `query:"max" minimum:"0" maximum:"500" doc:"rows; default and most 500"`
	Wait   string `query:"wait" maxLength:"16" doc:"how long to wait for something new, as seconds or with a unit, such as 30s; at most 60s"`
	Sums   bool   `query:"sums" doc:"whether a page that ends the feed also says, by kind, what the station has to hold; such a page does not wait"`
}

type feedOut struct{ Body wire.FeedReply }

func (s *Server) feed(ctx context.Context, in *feedIn) (*feedOut, error) {
	wait, err := parseWait(in.Wait)
	if err != nil {
		return nil, err
	}
	if in.Sums {
		reply, err := s.svc.Sums(ctx, in.ID, in.Cursor, in.Max)
		return &feedOut{reply}, toProblem(err)
	}
	reply, err := s.svc.Feed(ctx, in.ID, in.Cursor, in.Max, wait)
	return &feedOut{reply}, toProblem(err)
}

func (s *Server) registerHealth() {
	health := op("GET", "/healthz", "health", "The process answers", "health", public())
	huma.Register(s.api, health, func(context.Context, *struct{}) (*healthOut, error) { return okBody(), nil })
	ready := op("GET", "/readyz", "ready", "The store takes changes too", "health", public())
	huma.Register(s.api, ready, func(ctx context.Context, _ *struct{}) (*healthOut, error) {
		ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
		defer cancel()
		if err := s.svc.Ready(ctx); err != nil {
			return nil, notReady(err)
		}
		return okBody(), nil
	})
}

// notReady tells that a balancer should send requests elsewhere, and why.
func notReady(err error) error {
	slog.Warn("not ready", "error", err.Error())
	var known *order.Error
	if errors.As(err, &known) {
		return newProblem(http.StatusServiceUnavailable, "not_ready", known.Msg, known.Hint)
	}
	return newProblem(http.StatusServiceUnavailable, "not_ready", "the store does not answer", "look into the centre's log")
}

type healthOut struct {
	Body struct {
		Status string `json:"status" enum:"ok"`
	}
}

func okBody() *healthOut {
	out := &healthOut{}
	out.Body.Status = "ok"
	return out
}

func parseWait(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	if n, err := strconv.Atoi(text); err == nil && n >= 0 && n <= 3600 {
		return time.Duration(n) * time.Second, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, newProblem(http.StatusUnprocessableEntity, "bad_wait", "wait is a number of seconds or a duration such as 30s", "correct the address")
	}
	return d, nil
}
