package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// The service starts what there is, with flags that it has.
func TestTheServiceStartsTheCentre(t *testing.T) {
	unit, err := os.ReadFile("../../dist/systemd/pickcentral.service")
	if err != nil {
		t.Fatal(err)
	}
	start := regexp.MustCompile(`(?m)^ExecStart=/usr/bin/pickcentral (.*) \$MORE$`).FindSubmatch(unit)
	if start == nil {
		t.Fatal("it starts nothing")
	}
	line := os.Expand(string(start[1]), func(name string) string {
		v := regexp.MustCompile(`(?m)^Environment=` + name + `=(.*)$`).FindSubmatch(unit)
		if v == nil {
			t.Fatalf("%s is not set", name)
		}
		return string(v[1])
	})
	cmd, args, err := newRootCommand().Find(strings.Fields(line))
	if err != nil || cmd.Name() != "serve" || cmd.ParseFlags(args) != nil {
		t.Errorf("%s: %v", line, err)
	}
}
