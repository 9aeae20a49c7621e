package order

import (
	"strings"
	"time"

	"pickstation/gs1"
)

// EventWanted is a parcel that this bench does not know and that came back to it: Waybill
// names it. Where it left another bench of the warehouse the centre makes its return, which
// every bench hears of.
const EventWanted EventType = "wanted"

// answersWithin is how old the centre's last word is at most where an answer is worth
// waiting for.
const answersWithin = 2 * time.Minute

// centreAnswers says whether the centre spoke just now.
func (t *turn) centreAnswers() bool { return t.env.WordAge >= 0 && t.env.WordAge <= answersWithin }

// phoneDigits is how many digits a telephone number has at most in China.
const phoneDigits = 11

// foreignWaybill returns the number of a parcel that the scan names and nobody here knows,
// or "". What is no carrier's number is none, nor what might be somebody's telephone: an
// event tells it.
func (t *turn) foreignWaybill() string {
	for _, r := range t.in.Readings {
		if (len(r.Key) > phoneDigits || strings.Trim(r.Key, "0123456789") != "") && len(gs1.Carriers(r.Key)) > 0 {
			return r.Key
		}
	}
	return ""
}

// askCentre asks the centre for the return of a parcel that another bench has sent. The
// scan is answered at once; the return comes with the feed, now or when there is one again.
func (t *turn) askCentre() bool {
	number := t.foreignWaybill()
	if number == "" {
		return false
	}
	a := Args{Waybill: number, AgeS: t.wordAgeS()}
	t.event(EventWanted).Waybill = number
	do := DoScanSoon
	if !t.centreAnswers() {
		do = DoOtherBench
	}
	t.say(Needs, msg(MsgNotOfBench, a), msg(do, a))
	return true
}
