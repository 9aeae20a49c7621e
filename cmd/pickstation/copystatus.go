package main

import (
	"context"
	"fmt"
	"time"

	"pickstation/order"
	"pickstation/station"
)

// copyStatus is how the copy of what is unsent is.
type copyStatus struct {
	Dir     string    `json:"dir"`
	At      time.Time `json:"at,omitzero"` // when nothing was missing in it last
	Files   int       `json:"files"`
	Earlier int       `json:"earlier,omitempty"` // further files, of a disk that was lost
	Problem string    `json:"problem,omitempty"`
	Detail  string    `json:"detail,omitempty"`
}

// copyStatusOf is nil where no copy is kept.
func copyStatusOf(v *station.CopyView) *copyStatus {
	if v.Dir == "" {
		return nil
	}
	return &copyStatus{v.Dir, v.At.UTC().Round(0), v.Files, v.Earlier, v.Problem, v.Detail}
}

// words tells a person how the copy is.
func (c *copyStatus) words(now time.Time) string {
	age := "not complete since the start"
	if !c.At.IsZero() {
		age = fmt.Sprintf("complete %s ago", now.Sub(c.At).Truncate(time.Second))
	}
	what := fmt.Sprintf("%s: %s, %d file(s)", c.Dir, age, c.Files)
	if c.Problem != "" {
		what += ", " + bothLanguages(order.Message{Code: order.MsgAlertCopy, Args: order.Args{Reason: c.Problem}}).EN
	}
	return what
}

// examineCopy says how the copy is: what the running station says, else whether the folder
// can be read.
func examineCopy(ctx context.Context, cfg *Config, running *statusReport, add adder) {
	folder := newCopyFolder(cfg, copyPatience)
	if folder == nil {
		return
	}
	if running != nil && running.Central.Copy != nil {
		c := running.Central.Copy
		result, do := "ok", ""
		if c.Problem != "" {
			result, do = "warn", copyAdvice(c.Problem, c.Dir)
		}
		add("copy", result, c.words(time.Now()), do)
		return
	}
	files, err := folder.list(ctx, order.StationID(cfg.Station), false)
	if err != nil {
		add("copy", "warn", err.Error(), copyAdvice(copyProblem(err), folder.dir))
		return
	}
	add("copy", "ok", fmt.Sprintf("%s: %d file(s)", folder.dir, len(files)), "")
}

// copyAdvice is what to do about a problem, for who looks after the machine.
func copyAdvice(problem, dir string) string {
	switch problem {
	case station.CopyAbsent:
		return "plug in or mount the disk of " + dir + "; the folder has to be there"
	case station.CopyDenied:
		return "let this user write to " + dir
	case station.CopyFull:
		return "free space on the disk of " + dir
	case station.CopySameDisk:
		return "mount another disk at " + dir + ", or name a folder on one with sync.copy_dir"
	case station.CopyEarlier:
		return "take the files in at the centre: pickcentral sync import FOLDER; then delete those of the lost disk"
	}
	return "look at the disk or share of " + dir + "; see station.log"
}
