package api

import (
	"errors"
	"fmt"
	"net/http"
	"testing"
)

func TestReachTellsACentreFromWhateverElseAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		class  string // "" reached
	}{
		"the centre":         {200, `{"status":"ok"}`, ""},
		"its store is away":  {503, `{"code":"not_ready","detail":"the store does not answer","hint":"look into the log"}`, "retry"},
		"a hotel's web page": {200, `<html>sign in</html>`, "retry"},
		"nothing said":       {200, `{}`, "retry"},
	} {
		t.Run(name, func(t *testing.T) {
			err := against(t, func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodGet || r.URL.Path != "/readyz" {
					t.Errorf("%s %s", r.Method, r.URL)
				}
				w.WriteHeader(c.status)
				fmt.Fprint(w, c.body)
			}).Reach(t.Context())
			var e *Error
			if (err == nil) != (c.class == "") || err != nil && (!errors.As(err, &e) || e.Class() != c.class || e.Hint() == "") {
				t.Errorf("%v", err)
			}
		})
	}
}
