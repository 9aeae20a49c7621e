package devices

import (
	"os"
	"regexp"
	"slices"
	"testing"
)

func TestTheUdevRuleKnowsEveryMakerOfTheProfiles(t *testing.T) {
	b, err := os.ReadFile("../dist/udev/60-pickstation.rules")
	if err != nil {
		t.Fatal(err)
	}
	var ruled []string
	for _, m := range regexp.MustCompile(`ATTRS\{idVendor\}=="([0-9a-f]{4})"`).FindAllSubmatch(b, -1) {
		ruled = append(ruled, string(m[1]))
	}
	for _, p := range Profiles() {
		for _, id := range p.USB {
			if !slices.Contains(ruled, id[:4]) {
				t.Errorf("profile %s is for vendor %s, which the rule does not name", p.Name, id[:4])
			}
		}
	}
	labels := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^LABEL="(\w+)"`).FindAllSubmatch(b, -1) {
		labels[string(m[1])] = true
	}
	for _, m := range regexp.MustCompile(`GOTO="(\w+)"`).FindAllSubmatch(b, -1) {
		if !labels[string(m[1])] {
			t.Errorf("the rule goes to %s, which is not there", m[1])
		}
	}
}
