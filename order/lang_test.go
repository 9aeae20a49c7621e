package order

import "testing"

// LANG turns to the next language of the bench; a person's own comes with the badge.
func TestLANGTurnsThroughAllLanguagesOfTheBench(t *testing.T) {
	w := newWorld(t, ship1("A", line("mango", 1, "L1")))
	w.people["B-HOA"] = &Operator{ID: "hoa", Name: "Hoa", Lang: "vi", Roles: []Role{RolePicker}}
	w.env.Langs = []string{"zh", "en", "vi"}
	for _, want := range []string{"en", "vi", "zh", "en"} {
		if w.want(w.card(CmdLang), OK, MsgLanguage); w.bench.Lang != want {
			t.Fatalf("turned to %s, want %s", w.bench.Lang, want)
		}
	}
	w.card(CmdSignOut)
	w.want(w.scan("B-HOA"), OK, MsgSignedIn)
	if w.bench.Lang != "vi" {
		t.Fatalf("Hoa's screen speaks %s", w.bench.Lang)
	}
	w.env.Langs = nil // a bench that does not have it
	if w.card(CmdLang); w.bench.Lang != "zh" {
		t.Fatalf("turned to %s", w.bench.Lang)
	}
}

func TestLanguageCodes(t *testing.T) {
	for code, want := range map[string]bool{"vi": true, "zh": true, "pt-BR": true, "fil": true, "": false, "VI": false, "v": false, "vi/..": false, "vietnamese": false} {
		if IsLanguage(code) != want {
			t.Errorf("%q: %v", code, !want)
		}
	}
}
