package order

// Verdict is the answer to a scan: one closed set, each with one tone, one look,
// one "what" line and one "do" line.
type Verdict string

// The verdicts.
const (
	OK           Verdict = "OK"
	LineDone     Verdict = "LINE_DONE"
	OrderDone    Verdict = "ORDER_DONE"
	DoneAlready  Verdict = "DONE_ALREADY"
	Unknown      Verdict = "UNKNOWN"
	WrongKind    Verdict = "WRONG_KIND"
	WrongItem    Verdict = "WRONG_ITEM"
	OtherOrder   Verdict = "OTHER_ORDER"
	Ambiguous    Verdict = "AMBIGUOUS"
	Needs        Verdict = "NEEDS"
	OverQty      Verdict = "OVER_QTY"
	Blocked      Verdict = "BLOCKED"
	Taken        Verdict = "TAKEN"
	ConfirmAgain Verdict = "CONFIRM_AGAIN"
	NotSaved     Verdict = "NOT_SAVED"
)

// Verdicts lists the closed set in a fixed order.
func Verdicts() []Verdict {
	return []Verdict{OK, LineDone, OrderDone, DoneAlready, Unknown, WrongKind, WrongItem, OtherOrder,
		Ambiguous, Needs, OverQty, Blocked, Taken, ConfirmAgain, NotSaved}
}

// Tone is what the gun plays: different in rhythm as well as in pitch.
type Tone string

// The tones.
const (
	ToneOK        Tone = "ok"
	ToneLineDone  Tone = "line_done"
	ToneOrderDone Tone = "order_done"
	ToneWarn      Tone = "warn"
	ToneStop      Tone = "stop"
	ToneNotSaved  Tone = "not_saved"
)

// Look is how the verdict bar is painted; colour is never alone.
type Look string

// The looks.
const (
	LookOK   Look = "ok"
	LookDone Look = "done"
	LookWarn Look = "warn"
	LookStop Look = "stop"
)

var verdictTraits = map[Verdict]struct {
	tone Tone
	look Look
}{
	OK:           {ToneOK, LookOK},
	LineDone:     {ToneLineDone, LookOK},
	OrderDone:    {ToneOrderDone, LookDone},
	DoneAlready:  {ToneWarn, LookWarn},
	Unknown:      {ToneStop, LookStop},
	WrongKind:    {ToneStop, LookStop},
	WrongItem:    {ToneStop, LookStop},
	OtherOrder:   {ToneStop, LookStop},
	Ambiguous:    {ToneWarn, LookWarn},
	Needs:        {ToneWarn, LookWarn},
	OverQty:      {ToneStop, LookStop},
	Blocked:      {ToneStop, LookStop},
	Taken:        {ToneWarn, LookWarn},
	ConfirmAgain: {ToneWarn, LookWarn},
	NotSaved:     {ToneNotSaved, LookStop},
}

// Tone returns the verdict's tone.
func (v Verdict) Tone() Tone { return verdictTraits[v].tone }

// Look returns the verdict's look.
func (v Verdict) Look() Look { return verdictTraits[v].look }

// Good says whether the scan was what was wanted.
func (v Verdict) Good() bool { return v == OK || v == LineDone || v == OrderDone }
