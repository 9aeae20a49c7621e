package order

import (
	"encoding/csv"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestRealGTINsAreStoredAsFourteenDigits(t *testing.T) {
	dir := os.Getenv("PICKSTATION_TESTDATA")
	if dir == "" {
		t.Skip("PICKSTATION_TESTDATA is not set: the GTINs of Open Food Facts are not at hand")
	}
	file, err := os.Open(filepath.Join(dir, "gtin", "off_mousquetaires_gtin.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil || len(rows) < 20 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows[1:] {
		gtin := row[0]
		if got := CodeKey(" " + gtin + "\r\n"); got != "0"+gtin {
			t.Errorf("%s is stored as %s", gtin, got)
		}
		wrong := gtin[:12] + string('0'+(gtin[12]-'0'+1)%10)
		if got := CodeKey(wrong); got != wrong {
			t.Errorf("%s with a wrong check digit is stored as %s", wrong, got)
		}
	}
}

func TestCodesCompareInOneForm(t *testing.T) {
	for code, want := range map[string]string{
		"614141999996":   "00614141999996", // UPC-A of the GS1 General Specifications
		"9506000134352":  "09506000134352", // EAN-13 of GS1's own examples
		"96385074":       "00000096385074", // EAN-8
		"00012345678905": "00012345678905", // GTIN-14
		"85123a":         "85123A",
		" a-03-2 ":       "A-03-2",
		"12345678":       "12345678", // eight digits, check digit wrong
		"1234567":        "1234567",
		"９６３８５０７４":       "９６３８５０７４", // full-width digits are no GTIN
		"":               "",
	} {
		if got := CodeKey(code); got != want {
			t.Errorf("%q is stored as %q, want %q", code, got, want)
		}
	}
}

func TestCodeKeyOfACodeKeyIsItself(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[0-9]{8,14}`), rapid.StringMatching(`[ a-z\x1d-]{0,20}`)).Draw(rt, "text")
		key := CodeKey(text)
		if again := CodeKey(key); again != key {
			rt.Fatalf("%q → %q → %q", text, key, again)
		}
	})
}

func TestCommandsAreReadFromTheirCodesAndKeys(t *testing.T) {
	seen := map[string]Command{}
	for _, c := range Commands() {
		if got, ok := ParseCommand(" " + strings.ToLower(c.Code()) + "\r"); !ok || got != c.Command {
			t.Errorf("%s is read as %q", c.Code(), got)
		}
		if other, twice := seen[strings.ToLower(c.Key)]; c.Key != "" && twice {
			t.Errorf("key %s means %s and %s", c.Key, other, c.Command)
		}
		seen[strings.ToLower(c.Key)] = c.Command
		if c.Key != "" && (KeyCommand(c.Key) != c.Command || KeyCommand(strings.ToUpper(c.Key)) != c.Command) {
			t.Errorf("key %s is %s", c.Key, KeyCommand(c.Key))
		}
		if c.Name.ZH == "" || c.Name.EN == "" {
			t.Errorf("%s lacks a name", c.Command)
		}
	}
	for _, c := range Commands() {
		if c.Command == CmdYes && c.Key != "" {
			t.Error("YES has a key")
		}
	}
	if KeyCommand("") != "" || KeyCommand("enter") != "" {
		t.Error("a key without a meaning has one")
	}
	for _, text := range []string{"YES", "PSYES", "", "P S:YES", "9506000134352"} {
		if _, ok := ParseCommand(text); ok {
			t.Errorf("%q is a command", text)
		}
	}
}

func FuzzParseCommand(f *testing.F) {
	for _, s := range []string{"PS:UNDO", "ps:yes\r", "PS:", "PS:\x00", "PS:PS:NO", "\xff", "", "PSſ:YES"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		cmd, ok := ParseCommand(text)
		if cmd != "" && !ok {
			t.Fatalf("%q gives %s but is no command", text, cmd)
		}
		if cmd != "" {
			if again, _ := ParseCommand(CommandPrefix + string(cmd)); again != cmd {
				t.Fatalf("%q gives %s, which reads back as %s", text, cmd, again)
			}
		}
	})
}

// FuzzDecide puts any text on any screen.
func FuzzDecide(f *testing.F) {
	for _, s := range []string{"MANGO", "PS:SHORT", "\x1d\x00\xff", "张三", "", "SF-A-1", "B-LI", strings.Repeat("9", 5000)} {
		f.Add(s, uint8(0))
		f.Add(s, uint8(3))
	}
	f.Fuzz(func(t *testing.T, text string, screen uint8) {
		w := newWorld(t, ship1("A", line("mango", 2, "L1", byLot)))
		screens := []Screen{ScreenSignIn, ScreenQueue, ScreenPick, ScreenPack, ScreenLabel, ScreenDispatch, "nowhere"}
		w.bench.Screen = screens[int(screen)%len(screens)]
		if screen > 100 {
			w.bench.Shipment = "S-A"
		}
		w.do(Input{Text: text, Source: Scanned, Readings: []Reading{{Key: CodeKey(text)}, {Lot: text, Serial: text, Expiry: Date(text)}}})
		w.do(Input{Text: text, Source: Keyed})
	})
}

func TestDaysAreReckonedByTheCalendar(t *testing.T) {
	for _, c := range []struct {
		day  Date
		n    int
		want Date
	}{{"2024-02-28", 1, "2024-02-29"}, {"2026-12-31", 1, "2027-01-01"}, {"2026-02-30", 1, ""}, {"", 1, ""}, {"26-1-1", 0, ""}} {
		if got := c.day.AddDays(c.n); got != c.want {
			t.Errorf("%s and %d days is %q, want %q", c.day, c.n, got, c.want)
		}
	}
	if got := DateOf(time.Date(2026, 5, 20, 23, 0, 0, 0, time.FixedZone("", 3600))); got != "2026-05-20" {
		t.Errorf("date %s", got)
	}
}

func TestEveryVerdictHasAToneAndALook(t *testing.T) {
	for _, v := range Verdicts() {
		if v.Tone() == "" || v.Look() == "" {
			t.Errorf("%s has tone %q and look %q", v, v.Tone(), v.Look())
		}
		if v.Good() != (v.Look() == LookOK || v.Look() == LookDone) {
			t.Errorf("%s looks %s", v, v.Look())
		}
	}
	if len(Verdicts()) != len(verdictTraits) || len(Verdicts()) != 15 {
		t.Errorf("%d verdicts, %d traits", len(Verdicts()), len(verdictTraits))
	}
}

func TestNamesFallBackToTheOtherLanguage(t *testing.T) {
	if (Names{ZH: "芒果"}).In("en") != "芒果" || (Names{EN: "mango"}).In("zh") != "mango" || (Names{"芒果", "mango"}).In("zh") != "芒果" {
		t.Error("a name in the wrong language")
	}
}

func TestABadgeIsKnownByItsKeyedHashOnly(t *testing.T) {
	a, b := BadgeHash([]byte("k1"), "b-17"), BadgeHash([]byte("k2"), "b-17")
	if a == b || a != BadgeHash([]byte("k1"), " B-17\r") || len(a) != 32 || strings.Contains(a, "17-") {
		t.Errorf("hashes %s %s", a, b)
	}
}

func TestErrorsTellWhatAndWhatToDo(t *testing.T) {
	err := (&Error{Code: "x", Op: "import orders", Msg: "row 7 has no SKU", Err: os.ErrNotExist}).WithHint("correct %s", "it")
	if err.Error() != "import orders: row 7 has no SKU: file does not exist" || err.Hint != "correct it" || !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v, hint %q", err, err.Hint)
	}
}
