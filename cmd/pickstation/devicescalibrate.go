package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"pickstation/devices/wedge"
)

// testScans are how many scans show how fast a scanner types.
const testScans = 3

// widestGap is the pause up to which characters are one test scan.
const widestGap = 100 * time.Millisecond

func newDevicesCalibrate() *cobra.Command {
	var config string
	cmd := &cobra.Command{
		Use:   "calibrate",
		Short: "Measure a scanner that types like a keyboard, by three test scans",
		Long: "Measure a scanner that types like a keyboard: scan three barcodes into this terminal. The answer is the longest pause that\n" +
			"is still one scan (gap_ms), and whether the scanner sends the GS1 separator and AIM identifiers: scan a GS1 code with a\n" +
			"separator in it. With --config the gap is written to the file, else the lines to add are printed. Any key ends it.",
		Example: "  pickstation devices calibrate\n  pickstation devices calibrate --config /etc/pickstation/pickstation.toml",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return calibrateWedge(cmd, config) },
	}
	cmd.Flags().StringVar(&config, "config", "", "write the gap to this configuration file")
	return cmd
}

// wedgeLine is what the test scans have shown.
type wedgeLine struct {
	GapMS     int     `json:"gap_ms"`
	Scans     int     `json:"scans"`
	SlowestMS float64 `json:"slowest_ms"` // the longest pause inside a scan
	GS        bool    `json:"gs"`         // a GS1 separator arrived
	AIM       bool    `json:"aim"`        // every scan began with an AIM identifier
}

func calibrateWedge(cmd *cobra.Command, config string) error {
	const command = "devices calibrate"
	if config != "" {
		cfg, err := loadConfig(config)
		if err != nil {
			return err
		}
		if cfg.Wedge != (WedgeConfig{}) {
			return &failure{code: exitNo, what: command + ": " + config + " has a [wedge] table", do: "remove it first, or leave out --config and correct it by hand"}
		}
	}
	tty, ok := cmd.InOrStdin().(*os.File)
	if !ok || !term.IsTerminal(int(tty.Fd())) {
		return &failure{code: exitMissing, what: command + ": the input is no terminal", do: "run it on the terminal into which the scanner types"}
	}
	old, err := term.MakeRaw(int(tty.Fd()))
	if err != nil {
		return fail(exitMissing, err, "run it on a terminal")
	}
	scans, err := readTestScans(cmd.Context(), tty, func(n int) {
		fmt.Fprintf(cmd.ErrOrStderr(), "scan %d of %d\r\n", n, testScans)
	})
	_ = term.Restore(int(tty.Fd()), old) // the terminal is as it was, or gone
	if err != nil {
		return err
	}
	line := wedgeLine{GapMS: int(wedge.Calibrate(scans) / time.Millisecond), Scans: len(scans), AIM: true}
	for _, s := range scans {
		line.SlowestMS = max(line.SlowestMS, float64(s.Slowest.Microseconds())/1000)
		line.GS = line.GS || bytes.Contains(s.Raw, []byte{0x1d})
		line.AIM = line.AIM && bytes.HasPrefix(s.Raw, []byte("]"))
	}
	if err := newJSONLines(cmd.OutOrStdout()).print(line); err != nil {
		return err
	}
	return writeWedge(cmd, config, line.GapMS)
}

// readTestScans lifts scans out of what is typed; a key ends it.
func readTestScans(ctx context.Context, tty *os.File, ask func(n int)) ([]wedge.Scan, error) {
	var scans []wedge.Scan
	r := wedge.NewReader(tty, wedge.Options{Gap: widestGap}, func(s wedge.Scan) {
		if scans = append(scans, s); len(scans) < testScans {
			ask(len(scans) + 1)
		}
	}, nil)
	ask(1)
	done := make(chan error, 1)
	go func() { // a read that waits for ever ends with the program
		buf := make([]byte, 512)
		for len(scans) < testScans {
			n, err := r.Read(buf)
			if err == nil && n > 0 {
				err = fmt.Errorf("%q was typed by hand", buf[:n])
			}
			if err != nil {
				done <- err
				return
			}
		}
		done <- nil
	}()
	select {
	case err := <-done:
		if err != nil {
			return nil, &failure{code: exitNo, what: "devices calibrate: " + err.Error(),
				do: "scan with the scanner alone; it must end a scan with Enter and type faster than a character in 100 ms", err: err}
		}
		return scans, nil
	case <-ctx.Done():
		return nil, &failure{code: exitNo, what: "devices calibrate: ended before the last scan", do: "start it again", err: ctx.Err()}
	}
}

// writeWedge adds the gap to the configuration file, or prints what to add.
func writeWedge(cmd *cobra.Command, config string, gapMS int) error {
	block := fmt.Sprintf("[wedge]\ngap_ms = %d\n", gapMS)
	if config == "" {
		_, err := fmt.Fprint(cmd.ErrOrStderr(), block)
		return err
	}
	old, err := os.ReadFile(config)
	if err != nil {
		return fail(exitMissing, err, "name a file that can be read with --config")
	}
	if err := replaceFile(config, append(append(bytes.TrimRight(old, "\n"), "\n\n"...), block...)); err != nil {
		return fail(exitMissing, err, "let this user write to the folder of "+config)
	}
	return nil
}
