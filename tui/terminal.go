package tui

import (
	"strings"

	"golang.org/x/term"

	"pickstation/tui/quiet"
)

// The terminal library is initialised by now and has asked nothing.
func init() { quiet.Restore() }

// Color settings of the configuration (ui.color).
const (
	ColorAuto = "auto"
	ColorOn   = "16"
	ColorMono = "mono"
)

// ProfileOf chooses the profile for a ui.color setting and the environment. TERM
// says little of what a terminal can do, so the setting wins; left alone, only what
// certainly has no colour, and NO_COLOR (no-color.org), gets none.
func ProfileOf(setting string, env func(string) string) Profile {
	switch setting {
	case ColorOn:
		return Color16
	case ColorMono:
		return Mono
	}
	t := env("TERM")
	if env("NO_COLOR") != "" || t == "" || t == "dumb" || strings.HasPrefix(t, "vt1") || strings.HasPrefix(t, "vt2") {
		return Mono
	}
	return Color16
}

// NeedsASCII says whether the terminal is the Linux console, whose 512 glyphs have
// no Chinese among them.
func NeedsASCII(env func(string) string) bool { return env("TERM") == "linux" }

// sizeOf asks the terminal for its size, so that the first frame is painted without
// waiting for an event; 80×24 where there is no terminal.
func sizeOf(w any) Size {
	if f, isFile := w.(interface{ Fd() uintptr }); isFile {
		if cols, rows, err := term.GetSize(int(f.Fd())); err == nil && cols > 0 && rows > 0 {
			return Size{cols, rows}
		}
	}
	return Size{80, 24}
}
