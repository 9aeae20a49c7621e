package labels

import (
	"slices"
	"strings"
	"testing"
	"unicode"
)

func TestScriptsWithoutAFontAreWrittenInLatinLetters(t *testing.T) {
	for in, want := range map[string]string{
		"मुंबई":           "Mumbai",
		"नमस्ते":          "Namaste",
		"राम कुमार":       "Ram Kumar",
		"দিনাজপুর":        "Dinajapur",
		"தமிழ் நாடு":      "Tamil Natu",
		"ગુજરાત 12":       "Gujarat 12",
		"१२३":             "123",
		"Երևան":           "Erevan", // ISO 9985 writes Ե as E
		"თბილისი":         "Tbilisi",
		"MG Road, बंगलौर": "MG Road, Bamgalaur",
	} {
		got, rep := set(t, box{0, 0, 900, 100}, in, style{size: 100})
		if len(got) != 1 || got[0] != want || len(rep.Missing)+len(rep.Refused) > 0 || len(rep.Romanised) != 1 {
			t.Errorf("%s is drawn as %q (%+v), want %q", in, got, rep, want)
		}
		if rep.Err() != nil {
			t.Errorf("%s: %v", in, rep.Err())
		}
	}
}

func TestWordsOfScriptsThatCannotBeDrawnAreRefusedWithTheirName(t *testing.T) {
	for in, want := range map[string]string{"ថ្ងៃ ខ្មែរ": "Khmer", "မြန်မာ": "Myanmar", "ລາວ": "Lao", "שלום תל אביב": "Hebrew", "አዲስ አበባ": "Ethiopic", "ශ්‍රී ලංකා": "Sinhala"} {
		_, rep := set(t, box{0, 0, 900, 100}, "12 "+in, style{size: 100})
		if !slices.Equal(rep.Refused, []string{want}) || codeOf(t, rep.Err()) != ErrorScript || !strings.Contains(rep.Err().Error(), want) {
			t.Errorf("%s: %+v, %v", in, rep.Refused, rep.Err())
		}
	}
}

func TestOrnamentsOfNicknamesStopNoParcel(t *testing.T) {
	for _, in := range []string{"꧁༺王小明༻꧂", "ℳ๓₯㎕❤", "Ꮭ王Ꮙ", "王🍎明", "כ王"} {
		if _, rep := set(t, box{0, 0, 900, 100}, in, style{size: 100}); rep.Err() != nil {
			t.Errorf("%s: %v", in, rep.Err())
		}
	}
}

// Every letter of the scripts that are romanised has an answer, and it is Latin.
func TestEveryRomanisedLetterBecomesLatin(t *testing.T) {
	for r := rune(0x0531); r <= 0x10FF; r++ {
		if !romanisable(r) {
			continue
		}
		latin, _ := latinOf(r)
		for _, c := range latin {
			if c > 126 || !(unicode.Is(unicode.Latin, c) || unicode.IsDigit(c) || strings.ContainsRune("'.", c)) {
				t.Errorf("%U becomes %q", r, latin)
			}
		}
		if unicode.IsLetter(r) && latin == "" {
			t.Errorf("%U becomes nothing", r)
		}
	}
}
