// Command bench measures Pickstation's figures and prints one a line: name, value,
// unit, limit, ratio. The limit is what the same run measured of the disk or of a
// peer where there is one, else the bound that the figure must keep; the ratio is
// value / limit. Beside it stands whether the figure keeps its bar (bars.go), and the last
// line counts those that do not. The figures of a whole run also go to bench/results.json.
//
// Microseconds drift with the load of the machine, which is printed; ratios to a
// limit that was measured in turn with the figure do not.
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/pprof"
	"strings"
	"time"
)

// result is one figure.
type result struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	Limit float64 `json:"limit"`          // 0: there is none
	Ratio float64 `json:"ratio"`          // value / limit
	Over  bool    `json:"over,omitempty"` // its bar is not kept
}

// of makes a result.
func of(name string, value float64, unit string, limit float64) result {
	r := result{Name: name, Value: value, Unit: unit, Limit: limit}
	if limit != 0 {
		r.Ratio = value / limit
	}
	return r
}

// measure is one measurement, which may give several figures.
type measure struct {
	name string
	long bool // left out with -short
	run  func(*env) ([]result, error)
}

// env is what measurements share.
type env struct {
	tmp   string // deleted at the end
	bin   string // folder of the built programs
	short bool
	stock map[int]string // data folders made so far, by how many events they hold
}

func measures() []measure {
	return []measure{
		{"decode", false, decode},
		{"seal", false, seal},
		{"ports", false, ports},
		{"label", false, label},
		{"customs", false, customsMessage},
		{"size", false, size},
		{"scan_commit", false, scanCommit},
		{"batch_scan", false, batchScan},
		{"scan_paced", false, scanPaced},
		{"beside_backup", false, besideBackup},
		{"beside_drain", false, besideDrain},
		{"beside_copy", false, besideCopy},
		{"beside_reissue", false, besideReissue},
		{"scan_huge", true, scanHuge},
		{"pty_to_commit", false, ptyToCommit},
		{"pty_to_screen", false, ptyToScreen},
		{"start", false, start},
		{"resume", false, resume},
		{"verdict_large", false, verdictLarge},
		{"return_commit", false, returnCommit},
		{"idle", false, idle},
		{"drain", false, drain},
		{"ingest", false, ingest},
		{"intake", false, intake},
		{"sums", false, sums},
		{"backlog", false, backlog},
		{"beside_prune", false, besidePrune}, // deletes most of the events that others measure with
		{"fleet", false, fleet},
		{"day", true, day},
	}
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run() error {
	only := flag.String("only", "", "measure only what matches this `pattern`: "+names())
	strict := flag.Bool("strict", false, "end with 1 where a bar is not kept")
	short := flag.Bool("short", false, "leave the long measurements out and take fewer rounds")
	bin := flag.String("bin", "bin", "`folder` with pickstation and pickcentral")
	cpu := flag.String("cpuprofile", "", "`file` for a profile of this program's processor time (go tool pprof)")
	out := flag.String("out", "", "`file` for the figures (default bench/results.json; none with -only, for it holds all figures of one run)")
	flag.Parse()
	if *out == "" && *only == "" {
		*out = filepath.Join("bench", "results.json")
	}
	want, err := regexp.Compile(*only)
	if err != nil {
		return fmt.Errorf("-only: %w", err)
	}
	if *cpu != "" {
		f, err := os.Create(*cpu)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	tmp, err := os.MkdirTemp("", "pickstation-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	e := &env{tmp: tmp, short: *short, stock: map[int]string{}}
	if e.bin, err = filepath.Abs(*bin); err != nil {
		return err
	}
	fmt.Printf("# %s, %d cores, load %s\n", runtime.Version(), runtime.NumCPU(), load())
	var all []result
	var failed []string
	for _, m := range measures() {
		if !want.MatchString(m.name) || m.long && *short {
			continue
		}
		results, err := m.run(e)
		if err != nil {
			fmt.Fprintf(os.Stderr, "# %s: %v\n", m.name, err)
			failed = append(failed, m.name)
		}
		for i := range results {
			r := &results[i]
			verdict := e.judge(r)
			fmt.Println(strings.TrimRight(fmt.Sprintf("%-28s %12.4g %-10s %12.4g %8.3f  %s", r.Name, r.Value, r.Unit, r.Limit, r.Ratio, verdict), " "))
		}
		all = append(all, results...)
	}
	fmt.Printf("# load %s\n", load())
	kept := e.sumUp(os.Stdout, all, *only == "")
	if *out != "" {
		if err := save(*out, all); err != nil {
			return err
		}
	}
	if len(failed) > 0 {
		return fmt.Errorf("not measured: %s", strings.Join(failed, ", "))
	}
	if *strict && !kept {
		return errors.New("a bar is not kept")
	}
	return nil
}

func names() string {
	var list []string
	for _, m := range measures() {
		list = append(list, m.name)
	}
	return strings.Join(list, ", ")
}

// save writes the figures where nobody finds half of them.
func save(path string, all []result) error {
	if all == nil {
		all = []result{}
	}
	b, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", append(b, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// load is the machine's load average over 1, 5 and 15 minutes (proc(5)).
func load() string {
	b, err := os.ReadFile("/proc/loadavg")
	f := strings.Fields(string(b))
	if err != nil || len(f) < 3 {
		return "unknown"
	}
	return strings.Join(f[:3], " ")
}

// rounds is how many rounds a measurement takes.
func (e *env) rounds(n int) int {
	if e.short {
		return max(n/5, 3)
	}
	return n
}

// patience is how long a measurement waits for what must come before it gives up.
const patience = 20 * time.Second
