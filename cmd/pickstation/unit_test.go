package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// The service starts what there is, with flags that it has, and can open the devices.
func TestTheServiceStartsTheStation(t *testing.T) {
	unit, err := os.ReadFile("../../dist/systemd/pickstation@.service")
	if err != nil {
		t.Fatal(err)
	}
	start := regexp.MustCompile(`(?m)^ExecStart=/usr/bin/pickstation (.*)$`).FindSubmatch(unit)
	if start == nil {
		t.Fatal("it starts nothing")
	}
	cmd, args, err := newRootCommand().Find(strings.Fields(string(start[1])))
	if err != nil || cmd.Name() != "run" || cmd.ParseFlags(args) != nil {
		t.Errorf("%s: %v", start[1], err)
	}
	if m := regexp.MustCompile(`(?m)^(PrivateDevices|ProtectClock|DevicePolicy)=`).Find(unit); m != nil {
		t.Errorf("%s closes the scanners' ports", m)
	}
}
