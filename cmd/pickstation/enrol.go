package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

// newEnrolCommand obtains a station's certificate.
func newEnrolCommand() *cobra.Command {
	path := "/etc/pickstation/pickstation.toml"
	cmd := &cobra.Command{
		Use:   "enrol CODE",
		Short: "Obtain this station's certificate with a one-time code",
		Long: "Obtain this station's certificate with the one-time code that 'pickcentral enrol --station NAME' printed.\n" +
			"The private key is made here and never leaves this machine.",
		Example: "  pickstation enrol --config /etc/pickstation/pickstation.toml K7QX-….9f3c…",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := loadConfig(path)
			if err != nil {
				return err
			}
			if cfg.Central.URL == "" {
				return usage("enrol", "central.url is not set in %s", path)
			}
			if err := enrolStation(cmd.Context(), cfg, strings.TrimSpace(args[0])); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%s is enrolled at %s\n", cfg.Station, cfg.Central.URL)
			return nil
		},
	}
	cmd.Flags().StringVar(&path, "config", path, "configuration file")
	return cmd
}

// enrolCode takes the code from what pickcentral enrol prints: a JSON object with
// code, or the code alone.
func enrolCode(out []byte) (string, error) {
	var said struct {
		Code string `json:"code"`
	}
	if json.Unmarshal(out, &said) == nil && said.Code != "" {
		return said.Code, nil
	}
	text := strings.TrimSpace(string(out))
	if text == "" || strings.ContainsAny(text, " \n") {
		return "", &failure{code: exitNo, what: "enrol: pickcentral printed no code", do: "run pickcentral enrol by hand"}
	}
	return text, nil
}
