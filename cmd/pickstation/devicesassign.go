package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
	"github.com/spf13/cobra"

	"pickstation/devices"
	"pickstation/order"
)

// assignFlags are the flags of devices assign.
type assignFlags struct {
	devDir, config, name, profile string
	wait                          time.Duration
	noScan                        bool
}

func newDevicesAssign() *cobra.Command {
	var o assignFlags
	cmd := &cobra.Command{
		Use:   "assign --name NAME",
		Short: "Give a scanner, scale or probe its role: plug it in now, then scan",
		Long: "Give a scanner, scale or probe its role. Plug it in when asked (pull it out first if it is in). Then scan a barcode that says\n" +
			order.RolePrefix + "NAME, or anything when --name is given: that shows that the profile is right. A scale or a probe (--profile says\n" +
			"that it is one) is asked for a reading instead. With --config the device is added to the file, else the lines to add are printed.",
		Example: "  pickstation devices assign --name gun1 --config /etc/pickstation/pickstation.toml\n  pickstation devices assign --name scale1 --profile mt-sics --config /etc/pickstation/pickstation.toml",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return assignDevice(cmd, o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.devDir, "dev-dir", "", "folder with the stable names; default "+devices.DefaultDevDir)
	f.StringVar(&o.config, "config", "", "add the device to this configuration file")
	f.StringVar(&o.name, "name", "", "the device's role; without it the role barcode says it")
	f.StringVar(&o.profile, "profile", "", "its profile; without it the one proposed for its maker")
	f.DurationVar(&o.wait, "wait", 2*time.Minute, "how long to wait for the plug and for the scan")
	f.BoolVar(&o.noScan, "no-scan", false, "do not ask for a scan or a reading")
	return cmd
}

func assignDevice(cmd *cobra.Command, o assignFlags) error {
	const command = "devices assign"
	if o.noScan && o.name == "" {
		return usage(command, "--no-scan needs --name")
	}
	cfg := &Config{}
	if o.config != "" {
		var err error
		if cfg, err = loadConfig(o.config); err != nil {
			return err
		}
		if o.devDir == "" {
			o.devDir = cfg.DevDir
		}
	}
	kind, err := o.check(cfg)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(cmd.Context(), o.wait)
	defer cancel()
	fmt.Fprintf(cmd.ErrOrStderr(), "plug the %s in now (pull it out first if it is in)\n", kind)
	found, err := devices.AwaitNew(ctx, o.devDir)
	if err != nil {
		return &failure{code: exitMissing, what: fmt.Sprintf("%s: nothing was plugged in within %s", command, o.wait),
			do: "check the cable, then start again; see: pickstation devices list", err: err}
	}
	if o.profile == "" {
		if o.profile = found.Profile; o.profile == "" {
			o.profile = "generic"
		}
	}
	prof, err := profileAmong(cfg.profiles, o.profile)
	if err != nil {
		return usage(command, "%v", err)
	}
	result := map[string]any{"name": o.name, "port": found.Name, "profile": prof.Name}
	switch {
	case prof.Kind != "scanner" && o.name == "":
		return usage(command, "%s is a %s: give it a --name", prof.Name, prof.Kind)
	case o.noScan:
	case prof.Kind != "scanner":
		if err := confirmReading(ctx, o, found, prof, result); err != nil {
			return err
		}
	default:
		if o.name, err = confirmScan(cmd, ctx, o, found, prof, result); err != nil {
			return err
		}
	}
	result["name"] = o.name
	if err := newJSONLines(cmd.OutOrStdout()).print(result); err != nil {
		return err
	}
	return writeRole(cmd, o, benchDevice{prof.Kind, ScannerEntry{Name: o.name, Port: found.Name, Profile: prof.Name}})
}

// check finds what is wrong with the flags before anybody is asked to plug something in, and says what is to be plugged in.
func (o *assignFlags) check(cfg *Config) (kind string, err error) {
	const command = "devices assign"
	kind = "scanner"
	if o.profile != "" {
		p, err := profileAmong(cfg.profiles, o.profile)
		if err != nil {
			return "", usage(command, "%v", err)
		}
		kind = p.Kind
	}
	switch {
	case o.name == "" && kind != "scanner":
		return "", usage(command, "%s is a %s: give it a --name", o.profile, kind)
	case o.name != "" && !isRole(o.name):
		return "", usage(command, "--name %q: use up to %d letters, digits, - and _", o.name, maxRole)
	case o.wait <= 0:
		return "", usage(command, "--wait %s is not above zero", o.wait)
	}
	return kind, cfg.nameFree(o.config, o.name)
}

// isRole says whether a name can stand on a role barcode.
func isRole(name string) bool {
	return name != "" && len(name) <= maxRole && strings.Trim(name, roleLetters) == ""
}

// nameFree fails if file already has a device of that name.
func (c *Config) nameFree(file, name string) error {
	for _, have := range c.entries() {
		if have.Name == name {
			return &failure{code: exitNo, what: fmt.Sprintf("devices assign: %s already has a %s %q on %s", file, have.kind, have.Name, have.Port),
				do: "remove it from the file, or choose another name"}
		}
	}
	return nil
}

// readings is a sink that waits for the first reading of a scale or probe.
type readings struct{ first chan string }

func (readings) Scan(devices.Frame)  {}
func (readings) State(devices.State) {}

// Weight takes any state in which the scale speaks for itself.
func (r readings) Weight(w devices.Weight) {
	if w.State != devices.Stale && w.State != devices.Unreadable {
		r.tell(string(w.State))
	}
}

func (r readings) Temperature(t devices.Temperature) {
	if t.State == devices.Measured {
		r.tell(decimalText(t.MilliC, -3))
	}
}

func (r readings) tell(what string) {
	select {
	case r.first <- what:
	default:
	}
}

// confirmReading waits for one reading from the new scale or probe.
func confirmReading(ctx context.Context, o assignFlags, found devices.Found, prof devices.Profile, result map[string]any) error {
	r := readings{make(chan string, 1)}
	cfg := devices.Config{DevDir: o.devDir}
	d := devices.ScannerConfig{Name: o.name, Port: found.Path, Profile: prof}
	if prof.Kind == "scale" {
		cfg.Scales = []devices.ScaleConfig{devices.ScaleConfig(d)}
	} else {
		cfg.Probes = []devices.ProbeConfig{devices.ProbeConfig(d)}
	}
	bench, err := devices.Start(cfg, r)
	if err != nil {
		return usage("devices assign", "%v", err)
	}
	defer bench.Close()
	select {
	case result["reading"] = <-r.first:
		return nil
	case <-ctx.Done():
		return &failure{code: exitMissing, what: "devices assign: no reading came", do: "check cable, speed and --profile; see: pickstation devices list --profiles", err: ctx.Err()}
	}
}

// confirmScan waits for one scan from the new scanner and says what it tells of it.
func confirmScan(cmd *cobra.Command, ctx context.Context, o assignFlags, found devices.Found, prof devices.Profile, result map[string]any) (string, error) {
	fmt.Fprintln(cmd.ErrOrStderr(), "now scan the role barcode, or any barcode")
	w := &watcher{out: newJSONLines(cmd.ErrOrStderr()), seen: make(chan devices.Frame, 1)}
	bench, err := devices.Start(devices.Config{DevDir: o.devDir, Scanners: []devices.ScannerConfig{{Name: "new", Port: found.Path, Profile: prof}}}, w)
	if err != nil {
		return "", usage("devices assign", "%v", err)
	}
	defer bench.Close()
	select {
	case f := <-w.seen:
		bench.Answer(f.Device, f.Seq, devices.ToneOK)
		text := f.Text()
		aim := bytes.HasPrefix(text, []byte("]"))
		if result["aim"] = aim; !aim { // GS1 codes are told by their looks alone
			fmt.Fprintln(cmd.ErrOrStderr(), "it sends no AIM identifiers: switch them on with its maker's guide, so that GS1 codes are known for certain")
		}
		if _, role, ok := bytes.Cut(text, []byte(order.RolePrefix)); ok && o.name == "" && isRole(string(role)) {
			return string(role), nil
		}
		if o.name == "" {
			return "", &failure{code: exitNo, what: fmt.Sprintf("devices assign: %q is no role barcode", text), do: "scan one that begins with " + order.RolePrefix + ", or give --name"}
		}
		return o.name, nil
	case <-ctx.Done():
		return "", &failure{code: exitMissing, what: "devices assign: no scan came", do: "check the scanner's mode and give its --profile; see: pickstation devices list --profiles", err: ctx.Err()}
	}
}

// writeRole adds a device to the configuration file, or prints what to add.
func writeRole(cmd *cobra.Command, o assignFlags, d benchDevice) error {
	var block bytes.Buffer
	if err := toml.NewEncoder(&block).Encode(map[string][]ScannerEntry{d.kind: {d.ScannerEntry}}); err != nil {
		return err
	}
	if o.config == "" {
		_, err := cmd.ErrOrStderr().Write(block.Bytes())
		return err
	}
	cfg, err := loadConfig(o.config)
	if err != nil {
		return err
	}
	if err := cfg.nameFree(o.config, d.Name); err != nil {
		return err
	}
	old, err := os.ReadFile(o.config)
	if err != nil {
		return fail(exitMissing, err, "name a file that can be read with --config")
	}
	if err := replaceFile(o.config, append(append(bytes.TrimRight(old, "\n"), "\n\n"...), block.Bytes()...)); err != nil {
		return fail(exitMissing, err, "let this user write to the folder of "+o.config)
	}
	return nil
}

// replaceFile writes a file whole or not at all, with the mode of the old one.
func replaceFile(path string, b []byte) error {
	st, err := os.Stat(path)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(b)
	if err == nil {
		err = f.Chmod(st.Mode().Perm())
	}
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
