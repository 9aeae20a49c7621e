package main

import (
	"fmt"

	"github.com/BurntSushi/toml"

	"pickstation/devices"
)

// ownProfiles reads the [[profile]] tables of a configuration: each is like another one,
// with what it says itself in place of that one's.
func ownProfiles(meta toml.MetaData, tables []toml.Primitive) (map[string]devices.Profile, error) {
	own := map[string]devices.Profile{}
	for i, t := range tables {
		var head struct {
			Name string `toml:"name"`
			Like string `toml:"like"`
		}
		if err := meta.PrimitiveDecode(t, &head); err != nil {
			return nil, err
		}
		if head.Name == "" {
			return nil, fmt.Errorf("profile %d has no name", i+1)
		}
		if _, err := profileAmong(own, head.Name); err == nil {
			return nil, fmt.Errorf("profile %q is there already: choose another name", head.Name)
		}
		p := devices.Profile{}
		if head.Like != "" {
			var err error
			if p, err = profileAmong(own, head.Like); err != nil {
				return nil, fmt.Errorf("profile %q: like: %w", head.Name, err)
			}
			p.USB, p.About = nil, ""
		}
		if err := meta.PrimitiveDecode(t, &p); err != nil {
			return nil, err
		}
		if err := p.Check(); err != nil {
			return nil, fmt.Errorf("profile %q: %w", p.Name, err)
		}
		own[p.Name] = p
	}
	return own, nil
}

// profileAmong finds a profile of a configuration, or one that comes with the program.
func profileAmong(own map[string]devices.Profile, name string) (devices.Profile, error) {
	if p, ok := own[name]; ok {
		return p, nil
	}
	return devices.ProfileNamed(name)
}
