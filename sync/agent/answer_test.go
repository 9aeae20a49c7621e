package agent

import (
	"errors"
	"testing"

	"github.com/klauspost/compress/zstd"

	"pickstation/order"
)

// FuzzAnswers takes carried answers that anybody may have written: they are refused with
// a next step, or nothing counts as stored that is not here.
func FuzzAnswers(f *testing.F) {
	const log = `"0123456789abcdef0123456789abcdef"`
	f.Add([]byte(`{"pushes":[{"log":`+log+`,"base":0,"n":20,"reply":{"tl":1,"code":"ok","end":20,"hwm":99,"stable":99}}],"beat":{"tl":1},"feed":{"tl":1,"next":5,"rows":[{"fs":5,"type":"work","id":"x","body":{}}]}}`), true)
	f.Add([]byte(`{"pushes":[{"log":`+log+`,"base":18446744073709551615,"n":-5,"reply":{"tl":9,"code":"fork","at":18446744073709551615}}],"feed":{"tl":9,"next":-1,"snapshot":true}}`), true)
	f.Add([]byte(`{"pushes":[{"log":`+log+`,"n":9223372036854775807,"reply":{"tl":2,"code":"gap","hwm":3}}],"feed":{"tl":2}}`), true)
	f.Add([]byte(`{"feed":{"tl":-1}}`), true)
	f.Add([]byte("\x28\xb5\x2f\xfd"), false)
	pack, err := zstd.NewWriter(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte, plain bool) {
		if plain {
			body = pack.EncodeAll(body, nil)
		}
		r, err := ReadAnswer(body)
		if err != nil {
			if oe := (*order.Error)(nil); !errors.As(err, &oe) || oe.Hint == "" {
				t.Errorf("%v does not say what to do", err)
			}
			return
		}
		s := newFakeStation()
		s.scan(20)
		a := New(Options{Config: DefaultConfig(), Source: s, Write: s.write})
		_, _ = a.Take(t.Context(), r) // what it refuses is refused; what it does is looked at
		if l := s.log; l.Acked > l.Last || l.Stable > l.Acked {
			t.Errorf("%q: of %d events %d are acknowledged and %d stable", body, l.Last, l.Acked, l.Stable)
		}
	})
}
