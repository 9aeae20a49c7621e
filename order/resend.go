package order

import (
	"bytes"
	"crypto/sha256"
	"strings"
)

// AnswerMark is how far the answer to a stored scan is known to have come.
type AnswerMark int

// Marks, each of which includes the one before it.
const (
	AnswerNone    AnswerMark = iota // nothing of it has left, as far as is known
	AnswerLeaving                   // it was about to leave
	AnswerLeft                      // it was given to the scanner's line, in time
)

// LastScan is the newest stored scan of one scanner, as a station finds it when it
// starts. A scanner that waits for its answer sends a scan again when none comes, and
// the station may have ended between storing the scan and answering it.
type LastScan struct {
	Device  DeviceID
	Event   Hash    // of the scan's event
	Code    string  // as the event holds it, "" for a badge
	Verdict Verdict // what the scanner was to be told
	Packet  []byte  // [PacketID] of its packet, nil where the protocol has none
	Answer  AnswerMark
}

// Resend says what a scan is to the one stored last before a start.
type Resend int

// What a scan may be.
const (
	ResendNone   Resend = iota // a scan of its own
	ResendSame                 // the stored scan once more: it counts already, only its answer is missing
	ResendUnsure               // nobody can tell: it is asked, never counted silently and never dropped
)

// PacketID is the fingerprint under which a scanner's packet is remembered: the packet
// itself may hold what must not be kept. An empty packet has none.
func PacketID(packet []byte) []byte {
	if len(packet) == 0 {
		return nil
	}
	sum := sha256.Sum256(packet)
	return sum[:16]
}

// Again judges a scan of the same scanner after a start: its text, the fingerprint of
// its packet (nil where the protocol has none), and whether the scanner marks it as
// sent before.
//
// A mark proves that the scan is the stored one only as long as no answer to that one
// has left: a scanner sends its next scan after an answer, and when that scan is of the
// same goods, and was lost with the program, its repetition looks the same.
func (l *LastScan) Again(text string, packet []byte, marked bool) Resend {
	if packet != nil {
		switch {
		case !bytes.Equal(packet, l.Packet), !marked && l.Answer == AnswerLeft:
			return ResendNone
		case marked && l.Answer == AnswerNone:
			return ResendSame
		}
		return ResendUnsure
	}
	if l.Answer == AnswerLeft || l.Code == "" || !l.sameCode(text) {
		return ResendNone
	}
	return ResendUnsure
}

// sameCode compares with the code of the event. Whether an unreadable element string
// stands there with a separator before it depends on the work on the bench.
func (l *LastScan) sameCode(text string) bool {
	const gs = "\x1d"
	text = strings.TrimPrefix(text, gs)
	return l.Code == EventCode(text) || l.Code == EventCode(gs+text) || l.Code == Fingerprint(text)
}
