package labels

import (
	"slices"
	"strings"
	"testing"
)

func TestAParcelNobodyWeighedHasNoWeightOnTheManifest(t *testing.T) {
	m := exampleManifest().(Manifest)
	for n, want := range []string{"13.310 kg ", "12.110 kg + 1 件未称重 not weighed", "10.179 kg + 2 件未称重 not weighed", "7.517 kg + 3 件未称重 not weighed",
		"4.124 kg + 4 件未称重 not weighed", "5 件 parcels, 未称重 not weighed"} {
		if n > 0 {
			m.Lines[n-1].WeightG = 0
		}
		var lines []string
		for _, p := range layout(t, m, Printer{DPI: 203}) {
			lines = append(lines, linesOf(p)...)
		}
		if all := strings.Join(lines, "\n"); !strings.Contains(all, want) || slices.Contains(lines, "0.000") {
			t.Errorf("%d not weighed: no %q in\n%s", n, want, all)
		}
	}
}
