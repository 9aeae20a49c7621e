package api

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"pickstation/central"
	"pickstation/order"
	"pickstation/sync/wire"
)

// problem is a refusal on its way out: RFC 9457 with a stable code and a hint.
type problem struct {
	wire.Problem
}

// Error returns what is wrong.
func (p *problem) Error() string { return p.Detail }

// GetStatus returns the HTTP status.
func (p *problem) GetStatus() int { return p.Status }

// retryAfter is when to come again while the store does not answer, in seconds. Who
// comes spreads itself.
const retryAfter = "2"

// GetHeaders tells when to come again, where that may help.
func (p *problem) GetHeaders() http.Header {
	if p.Status != http.StatusServiceUnavailable {
		return nil
	}
	return http.Header{"Retry-After": {retryAfter}}
}

// ContentType makes huma answer with the media type of RFC 9457.
func (p *problem) ContentType(string) string { return "application/problem+json" }

func newProblem(status int, code, detail, hint string) *problem {
	return &problem{wire.Problem{Title: http.StatusText(status), Status: status, Code: code, Detail: detail, Hint: hint}}
}

// statusOf maps codes that are not plain bad input (422).
var statusOf = map[string]int{
	"certificate_revoked":  http.StatusForbidden,
	"certificate_expired":  http.StatusForbidden,
	"not_found":            http.StatusNotFound,
	"already_dispatched":   http.StatusConflict,
	"order_cancelled":      http.StatusConflict,
	"order_in_work":        http.StatusConflict,
	"receiver_deleted":     http.StatusConflict,
	"not_packed":           http.StatusConflict,
	"customs_held":         http.StatusConflict,
	"not_duty_free":        http.StatusConflict,
	"return_exists":        http.StatusConflict,
	"not_in_flow":          http.StatusConflict,
	"flow_published":       http.StatusConflict,
	"too_many_orders":      http.StatusRequestEntityTooLarge,
	"forbidden_channel":    http.StatusForbidden,
	"bad_code":             http.StatusForbidden,
	"certificate_replaced": http.StatusForbidden,
	"upgrade":              http.StatusUpgradeRequired,
	central.CodeStoreAway:  http.StatusServiceUnavailable,
	"store_closed":         http.StatusServiceUnavailable,
	"numbers_exhausted":    http.StatusServiceUnavailable,
	"internal":             http.StatusInternalServerError,
	"sealed":               http.StatusInternalServerError,
}

// toProblem turns an error of the service into a refusal. What is not a known error
// of the domain is logged and told without its inside.
func toProblem(err error) error {
	if err == nil {
		return nil
	}
	var p *problem
	if errors.As(err, &p) {
		return p
	}
	var known *order.Error
	switch {
	case errors.As(err, &known):
		status, ok := statusOf[known.Code]
		if !ok {
			status = http.StatusUnprocessableEntity
		}
		if status >= 500 {
			if known.Code != central.CodeStoreAway { // the service tells when that begins and ends
				slog.Error("request failed", "code", known.Code, "error", err.Error())
			}
			return newProblem(status, known.Code, known.Msg, known.Hint)
		}
		detail := known.Msg
		if known.Err != nil {
			detail += ": " + known.Err.Error()
		}
		return newProblem(status, known.Code, detail, known.Hint)
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return newProblem(http.StatusServiceUnavailable, "busy", "the request was given up", "send it again")
	}
	slog.Error("request failed", "error", err.Error())
	return newProblem(http.StatusInternalServerError, "internal", "the centre failed on this request",
		"send it again; if it stays, look into the centre's log")
}

var codeOf = map[int][2]string{
	http.StatusBadRequest:            {"bad_request", "correct the request; GET /openapi.json tells its form"},
	http.StatusUnauthorized:          {"no_key", "send a bearer key, or a station's client certificate"},
	http.StatusForbidden:             {"forbidden", "use a key with the scope this call needs"},
	http.StatusNotFound:              {"not_found", "GET /openapi.json lists what there is"},
	http.StatusRequestTimeout:        {"too_slow", "send the body faster or in smaller parts"},
	http.StatusRequestEntityTooLarge: {"too_large", "send less at once"},
	http.StatusUnsupportedMediaType:  {"bad_media_type", "send application/json"},
	http.StatusUnprocessableEntity:   {"bad_input", "correct the fields it names; GET /openapi.json tells their form"},
}

func init() {
	// huma makes its own errors through this hook; they get the same form as ours.
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		code, ok := codeOf[status]
		if !ok {
			code = [2]string{strings.ReplaceAll(strings.ToLower(http.StatusText(status)), " ", "_"), ""}
		}
		for i, err := range errs {
			if err == nil || i == 5 {
				break
			}
			var d *huma.ErrorDetail
			if errors.As(err, &d) {
				msg += "; " + strings.TrimPrefix(d.Location+": "+d.Message, ": ") // not the value: it may be personal
				continue
			}
			msg += "; " + err.Error()
		}
		if runes := []rune(msg); len(runes) > 500 {
			msg = string(runes[:500])
		}
		return newProblem(status, code[0], msg, code[1])
	}
}

// write answers with a problem outside of huma.
func (p *problem) write(w http.ResponseWriter) {
	maps.Copy(w.Header(), p.GetHeaders())
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(p.Status)
	_ = json.NewEncoder(w).Encode(p.Problem) // the client may have left
}
