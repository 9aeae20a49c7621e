package order

import (
	"bytes"
	"encoding/json"
	"testing"

	"pgregory.net/rapid"
)

// Other programs, and older ones, write events with encoding/json, and the chain is over
// the bytes: every field of an event, whatever it holds, must be written the same.
func TestCanonicalBytesAreThoseOfEncodingJSON(t *testing.T) {
	same := func(t rapid.TB, e *Event) {
		t.Helper()
		want, werr := json.Marshal(e)
		got, err := e.canonical()
		if !bytes.Equal(got, want) || (err == nil) != (werr == nil) {
			t.Fatalf("%s %v\nwant %s %v", got, err, want, werr)
		}
	}
	same(t, &Event{})
	rapid.Check(t, func(t *rapid.T) {
		e := rapid.Make[Event]().Draw(t, "event")
		same(t, &e)
		var plain Event // the way most of them are
		plain.Seq, plain.Type, plain.Code, plain.Lot = e.Seq, EventPicked, "6901234567892", rapid.StringMatching(`[ -~]*`).Draw(t, "lot")
		same(t, &plain)
	})
}
