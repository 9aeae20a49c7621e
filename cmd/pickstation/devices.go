package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/spf13/cobra"

	"pickstation/devices"
)

// newDevicesCommand lists, watches and assigns devices: pickstation devices.
func newDevicesCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "devices",
		Short:   "List, watch and assign scanners, scales and probes",
		Example: "  pickstation devices list\n  pickstation devices watch --scanner gun=usb-Honeywell_1950g_A1-if00,honeywell\n  pickstation devices assign --name gun1\n  pickstation devices calibrate",
		Args:    cobra.NoArgs,
		RunE:    func(*cobra.Command, []string) error { return usage("devices", "say list, watch, assign or calibrate") },
	}
	cmd.AddCommand(newDevicesList(), newDevicesWatch(), newDevicesAssign(), newDevicesCalibrate())
	return cmd
}

// portLine is one port as devices list prints it.
type portLine struct {
	Name    string `json:"name"`
	Port    string `json:"port"`
	Target  string `json:"target"`
	Vendor  string `json:"vendor"`
	Product string `json:"product"`
	Maker   string `json:"maker"`
	Model   string `json:"model"`
	Serial  string `json:"serial"`
	Profile string `json:"profile"` // proposed; empty when nothing is known
	Access  bool   `json:"access"`  // this user may open it
	Twin    bool   `json:"twin"`    // it shares its name with another and is named by its path
	Role    string `json:"role"`    // the device that the configuration makes of it
}

// profileLine is one profile as devices list --profiles prints it.
type profileLine struct {
	Profile string `json:"profile"`
	Kind    string `json:"kind"`
	Driver  string `json:"driver"`
	About   string `json:"about"`
}

func newDevicesList() *cobra.Command {
	var devDir, config string
	var asJSON, profiles bool
	cmd := &cobra.Command{
		Use:     "list",
		Short:   "The ports of this machine; none is opened",
		Example: "  pickstation devices list --json\n  pickstation devices list --profiles",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if profiles {
				return listProfiles(cmd, config, asJSON)
			}
			return listDevices(cmd, devDir, config, asJSON)
		},
	}
	f := cmd.Flags()
	f.StringVar(&devDir, "dev-dir", "", "folder with the stable names; default "+devices.DefaultDevDir)
	f.StringVar(&config, "config", "", "show the roles of this configuration file")
	f.BoolVar(&asJSON, "json", false, "one JSON object per line")
	f.BoolVar(&profiles, "profiles", false, "list the device profiles instead")
	return cmd
}

func listProfiles(cmd *cobra.Command, config string, asJSON bool) error {
	all := devices.Profiles()
	if config != "" {
		cfg, err := loadConfig(config)
		if err != nil {
			return err
		}
		for _, name := range slices.Sorted(maps.Keys(cfg.profiles)) {
			all = append(all, cfg.profiles[name])
		}
	}
	out := newJSONLines(cmd.OutOrStdout())
	for _, p := range all {
		var err error
		if asJSON {
			err = out.print(profileLine{p.Name, p.Kind, p.Driver, p.About})
		} else {
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%-18s %-8s %s\n", p.Name, p.Kind, p.About)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func listDevices(cmd *cobra.Command, devDir, config string, asJSON bool) error {
	roles := map[string]string{}
	if config != "" {
		cfg, err := loadConfig(config)
		if err != nil {
			return err
		}
		if devDir == "" {
			devDir = cfg.DevDir
		}
		for _, d := range cfg.entries() {
			roles[d.Port] = d.Name
		}
	}
	found, err := devices.List(devDir)
	if err != nil {
		return fail(exitMissing, err, "look at the folder "+devDir)
	}
	out := newJSONLines(cmd.OutOrStdout())
	for _, f := range found {
		role := roles[f.Name]
		if role == "" {
			role = roles[f.Path]
		}
		line := portLine{f.Name, f.Path, f.Target, f.Vendor, f.Product, f.Maker, f.Model, f.Serial, f.Profile, !f.Denied, f.Twin, role}
		if asJSON {
			err = out.print(line)
		} else {
			_, err = fmt.Fprintln(cmd.OutOrStdout(), portText(line))
		}
		if err != nil {
			return err
		}
	}
	if len(found) == 0 && !asJSON {
		_, err = fmt.Fprintln(cmd.OutOrStdout(), "no serial device is plugged in")
	}
	return err
}

func portText(p portLine) string {
	text := p.Name + "  " + p.Target
	if p.Role != "" {
		text += "  role " + p.Role
	}
	if p.Profile != "" {
		text += "  profile " + p.Profile
	}
	if !p.Access {
		text += "  NO PERMISSION: add the user to group dialout"
	}
	return text
}
