package main

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"pickstation/devices"
	"pickstation/devices/sim"
)

func newSimulateScale() *cobra.Command {
	var plug plugFlags
	var weight, unit string
	var settle int
	cmd := &cobra.Command{
		Use:   "scale --dev-dir DIR [--name NAME] [--profile P]",
		Short: "Simulate a scale",
		Long: "Simulate a scale. Every line of the input changes it: a weight as on the display (1.250), or over, under, motion, stable,\n" +
			"mute, talk. It ends with its input, or with Ctrl+C when the input is empty. Where the protocol has no word for under, it\n" +
			"shows a weight below zero; Ohaus has none for over, and does not settle.",
		Example: "  pickstation simulate scale --dev-dir /tmp/bench --name scale --profile mt-sics --weight 1.250",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			prof, err := plug.load("simulate scale", "scale")
			if err != nil {
				return err
			}
			switch units := scaleUnits(prof); {
			case !isDisplay(weight):
				return usage("simulate scale", "--weight %q is no weight as on a display, such as 1.250", weight)
			case !slices.Contains(units, unit):
				return usage("simulate scale", "--unit %q: %s weighs in %s", unit, prof.Name, strings.Join(units, ", "))
			case settle < 0:
				return usage("simulate scale", "--settle %d is below zero", settle)
			}
			s := sim.NewScale(prof)
			s.Settle = settle
			s.Put(weight, unit, false)
			out := newJSONLines(cmd.OutOrStdout())
			if err := plugIn(s, plug, out); err != nil {
				return err
			}
			defer func() { _ = s.Unplug() }()
			return steer(cmd, out, "a weight such as 1.250, over, under, motion, stable, mute or talk", func(line string) bool { return setScale(s, line, unit) })
		},
	}
	plug.register(cmd, "scale", "mt-sics")
	cmd.Flags().StringVar(&weight, "weight", "0.000", "what lies on it at first")
	cmd.Flags().StringVar(&unit, "unit", "kg", "kg, g or lb; toledo8217: kg or lb")
	cmd.Flags().IntVar(&settle, "settle", 3, "readings in motion after every change")
	return cmd
}

// setScale obeys one line; false means that it says nothing known.
func setScale(s *sim.Scale, line, unit string) bool {
	switch line {
	case "over", "under", "motion", "stable":
		s.SetState(devices.WeightState(line))
	case "mute", "talk":
		s.Mute(line == "mute")
	default:
		if !isDisplay(line) {
			return false
		}
		s.Put(line, unit, false)
	}
	return true
}

// display is a weight as scales show it; six characters with the point are what the narrowest protocol (CAS SW-II) holds.
var display = regexp.MustCompile(`^-?[0-9]+(\.[0-9]{1,3})?$`)

func isDisplay(s string) bool { return display.MatchString(s) && len(strings.TrimPrefix(s, "-")) <= 6 }

// scaleUnits lists the units in which a scale of the profile can weigh.
func scaleUnits(p devices.Profile) []string {
	if p.Driver == "toledo8217" { // its decimals tell the unit
		return []string{"kg", "lb"}
	}
	return []string{"kg", "g", "lb"}
}

func newSimulateProbe() *cobra.Command {
	var plug plugFlags
	var celsius float64
	cmd := &cobra.Command{
		Use:   "probe --dev-dir DIR [--name NAME] [--profile P]",
		Short: "Simulate a Modbus temperature probe",
		Long: "Simulate a Modbus temperature probe. Every line of the input changes it: degrees Celsius (-18.5), or silent, exception,\n" +
			"bad-crc, half, stranger, late for one wrong answer.",
		Example: "  pickstation simulate probe --dev-dir /tmp/bench --name cold --profile probe-xymd02 --celsius -18",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			prof, err := plug.load("simulate probe", "probe")
			if err != nil {
				return err
			}
			if !(celsius >= coldest && celsius <= hottest) { // NaN is neither
				return usage("simulate probe", "--celsius %v is not between %v and %v", celsius, coldest, hottest)
			}
			p := sim.NewProbe(prof)
			p.Set(int64(math.Round(celsius * 1000)))
			out := newJSONLines(cmd.OutOrStdout())
			if err := plugIn(p, plug, out); err != nil {
				return err
			}
			defer func() { _ = p.Unplug() }()
			return steer(cmd, out, "degrees Celsius from -273 to 1000, silent, exception, bad-crc, half, stranger or late", func(line string) bool { return setProbe(p, line) })
		},
	}
	plug.register(cmd, "probe", "probe-xymd02")
	cmd.Flags().Float64Var(&celsius, "celsius", -18, "the temperature at first")
	return cmd
}

// setProbe obeys one line; false means that it says nothing known.
func setProbe(p *sim.Probe, line string) bool {
	switch f := sim.ProbeFault(line); f {
	case sim.ProbeSilent, sim.ProbeException, sim.ProbeBadCRC, sim.ProbeHalf, sim.ProbeStranger, sim.ProbeLate:
		p.Fail(f, 1)
		return true
	}
	v, err := strconv.ParseFloat(line, 64)
	if err != nil || !(v >= coldest && v <= hottest) {
		return false
	}
	p.Set(int64(math.Round(v * 1000)))
	return true
}

// coldest is the lowest temperature that a simulated probe shows, degrees Celsius.
const coldest = -273

// steer lets the input change a simulated device; known says what the input may say. An input without a line lets it run until Ctrl+C.
func steer(cmd *cobra.Command, out *jsonLines, known string, set func(line string) bool) error {
	ctx := cmd.Context()
	steered := false
	for line, err := range untilDone(ctx, scanLines(nil, cmd.InOrStdin())) {
		if err != nil {
			return usage(strings.TrimPrefix(cmd.CommandPath(), "pickstation "), "%v", err)
		}
		if line = strings.TrimSpace(line); !set(line) {
			return usage(strings.TrimPrefix(cmd.CommandPath(), "pickstation "), "%q says nothing it knows: write %s", line, known)
		}
		steered = true
		if err := out.print(map[string]string{"set": line}); err != nil {
			return err
		}
	}
	if !steered {
		<-ctx.Done()
	}
	return nil
}
