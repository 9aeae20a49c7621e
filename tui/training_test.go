package tui

import (
	"strings"
	"testing"

	"pickstation/tui/text"
)

func TestEveryScreenOfTrainingSaysThatItIsTraining(t *testing.T) {
	for name, v := range views() {
		for _, size := range append([]Size{{40, 12}, {39, 11}, {20, 6}, {12, 1}}, sizes...) {
			for lang, want := range map[string]string{text.ZH: "培训", text.EN: "TRAINING"} {
				o := options(lang, Mono)
				o.Training, o.Demo = true, true
				s := Render(v, size, o)
				if checkBounds(t, s, size); !strings.Contains(s, want) {
					t.Errorf("%s at %v in %s does not say so:\n%s", name, size, lang, s)
				}
				o.Training = false
				if s := Render(v, size, o); strings.Contains(s, want) {
					t.Errorf("%s at %v in %s says so without a reason:\n%s", name, size, lang, s)
				}
			}
		}
	}
}
