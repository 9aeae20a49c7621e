package devices

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/BurntSushi/toml"
)

// Profile says how a make of device talks. Profiles are data: profiles.toml holds the known ones, and a configuration may
// add its own, each like a known one with other fields.
type Profile struct {
	Name     string   `toml:"name"`
	Kind     string   `toml:"kind"` // "scanner", "scale", "probe"
	About    string   `toml:"about"`
	USB      []string `toml:"usb"`     // vendor or vendor:product numbers it is the default for, in hexadecimal
	Backend  string   `toml:"backend"` // serial, linux or tcp
	Line     Line     `toml:"line"`
	Suffix   Suffix   `toml:"suffix"`
	IdleMS   int      `toml:"idle_ms"`   // with suffix none: the pause that ends a frame, in milliseconds
	MaxBytes int      `toml:"max_bytes"` // longest frame; 0 means MaxFrame
	Driver   string   `toml:"driver"`    // scanners: none, acknak, honeywell-hostack, zebra-ssi; scales and probes: their protocol
	Bell     bool     `toml:"bell"`      // the scanner beeps once for every BEL sent to it
	CodeID   string   `toml:"code_id"`   // the set of code identifiers it puts before the data; "" or "aim" leaves the data alone
	GS       string   `toml:"gs"`        // what it is set to send in place of the GS1 separator GS (0x1D), such as "|"; "" is GS itself
	NoRead   string   `toml:"no_read"`   // what it sends when a trigger read nothing
	AckMS    int      `toml:"ack_ms"`    // how long it waits for the answer before it sends again or gives up, in milliseconds
	Wake     bool     `toml:"wake"`      // SSI: send a NUL and SCAN_ENABLE on opening
	PollMS   int      `toml:"poll_ms"`   // scales and probes: how often they are asked, in milliseconds
	Unit     string   `toml:"unit"`      // scales that do not name a unit: the unit they are set to
	Probe    ProbeMap `toml:"probe"`     // probes: where the temperature is
}

// Framing is the profile's framing.
func (p Profile) Framing() Framing {
	return Framing{Suffix: p.Suffix, Idle: time.Duration(p.IdleMS) * time.Millisecond, Max: p.MaxBytes}
}

// AckTimeout is how long the device waits for an answer.
func (p Profile) AckTimeout() time.Duration { return time.Duration(p.AckMS) * time.Millisecond }

// Check says what of a profile cannot work, before any port is opened with it.
func (p Profile) Check() error {
	var err error
	switch p.Kind {
	case "scanner":
		_, err = newScanner(p.Name, p, nil)
	case "scale":
		_, err = newScale(p.Name, p, nil)
	case "probe":
		_, err = newProbe(p.Name, p, nil)
	default:
		return fmt.Errorf("unknown kind %q: use scanner, scale or probe", p.Kind)
	}
	if err != nil {
		return err
	}
	if _, err := p.Line.orDefault(); err != nil {
		return err
	}
	if p.Backend != BackendTCP { // which an address decides
		_, err = openerFor(p.Backend, "/dev/tty")
	}
	return err
}

//go:embed profiles.toml
var profilesTOML []byte

var loadProfiles = sync.OnceValues(func() ([]Profile, error) {
	var doc struct {
		Profile []Profile `toml:"profile"`
	}
	md, err := toml.Decode(string(profilesTOML), &doc)
	if err != nil {
		return nil, fmt.Errorf("read profiles: %w", err)
	}
	if extra := md.Undecoded(); len(extra) > 0 {
		return nil, fmt.Errorf("read profiles: unknown key %s", extra[0])
	}
	return doc.Profile, nil
})

// Profiles lists the profiles that come with the program, in the order of profiles.toml.
func Profiles() []Profile {
	ps, err := loadProfiles()
	if err != nil {
		panic(err) // the file is part of the program; a test reads it
	}
	return slices.Clone(ps)
}

// ProfileNamed finds a profile. The error lists the names that exist.
func ProfileNamed(name string) (Profile, error) {
	var names []string
	for _, p := range Profiles() {
		if p.Name == name {
			return p, nil
		}
		names = append(names, p.Name)
	}
	return Profile{}, fmt.Errorf("no device profile %q: use one of %s", name, strings.Join(names, ", "))
}

// ProfileForUSB proposes a profile for a USB device by its vendor and product number (four hexadecimal digits each). The
// proposal is for a person to confirm; nothing is opened because of it.
func ProfileForUSB(vendor, product string) (Profile, bool) {
	vendor, product = strings.ToLower(vendor), strings.ToLower(product)
	var byVendor *Profile
	for _, p := range Profiles() {
		for _, id := range p.USB {
			if id == vendor+":"+product {
				return p, true
			}
			if id == vendor && byVendor == nil {
				byVendor = &p
			}
		}
	}
	if byVendor == nil {
		return Profile{}, false
	}
	return *byVendor, true
}
