package tui

import (
	"io"
	"strings"

	"github.com/charmbracelet/lipgloss"
	"github.com/muesli/termenv"
)

// Profile is what the terminal can show.
type Profile int

// Profiles. Mono has no colour: reverse video, bold, words and patterns only.
const (
	Color16 Profile = iota
	Mono
)

// style names what a text means; what it looks like is the theme's.
type style uint8

const (
	plain    style = iota
	strong         // what matters on a line
	muted          // what may be missed
	ok             // words in passing
	warn           //
	stop           //
	info           //
	title          // heads of lists
	status         // status bar
	big            // pixels of the location and other big text
	bigQty         // pixels of what stands beside it, the quantity
	keys           // names of keys
	okBar          // blocks
	doneBar        //
	warnBar        //
	stopBar        //
	infoBar        //
	okSign         // pixels on blocks
	doneSign       //
	warnSign       //
	stopSign       //
	infoSign       //
	styles         // how many there are
)

// sgr is the sequence that turns a style on; every style ends with [reset].
type sgr [styles]string

const reset = "\x1b[0m"

var themes = [2][2]sgr{
	Color16: {sequences(colors(false)), sequences(colors(true))},
	Mono:    {sequences(monochrome()), sequences(monochrome())},
}

// theme returns the sequences of a profile; cold is the high-contrast look for
// fogged windows and thick glasses.
func theme(p Profile, cold bool) *sgr {
	if p != Mono {
		p = Color16
	}
	if cold {
		return &themes[p][1]
	}
	return &themes[p][0]
}

// colors is the look in the sixteen ANSI colours.
func colors(cold bool) map[style]lipgloss.Style {
	red, green, yellow, cyan, blue := "1", "2", "3", "6", "4"
	if cold {
		green, yellow, cyan = "10", "11", "14"
	}
	n := newStyle
	on := func(fg, bg string) lipgloss.Style {
		return n().Foreground(lipgloss.Color(fg)).Background(lipgloss.Color(bg))
	}
	fg := func(c string) lipgloss.Style { return n().Foreground(lipgloss.Color(c)) }
	m := map[style]lipgloss.Style{
		strong: n().Bold(true), muted: fg("8"), ok: fg("2").Bold(true), warn: fg("3").Bold(true),
		stop: fg("1").Bold(true), info: fg("6").Bold(true), title: n().Bold(true).Underline(true),
		status: on("0", "7"), big: n().Reverse(true), bigQty: on("0", "14"), keys: fg("6").Bold(true),
		okBar: on("0", green), doneBar: on("0", cyan), warnBar: on("0", yellow),
		stopBar: on("15", red).Bold(true), infoBar: on("15", blue).Bold(true),
		okSign: on("15", "0"), doneSign: on("15", "0"), warnSign: on("15", "0"),
		stopSign: on("0", "15"), infoSign: on("0", "15"),
	}
	if cold {
		m[muted] = n()
	}
	return m
}

// monochrome is the look without colour.
func monochrome() map[style]lipgloss.Style {
	n := newStyle
	rev := func() lipgloss.Style { return n().Reverse(true) }
	return map[style]lipgloss.Style{
		strong: n().Bold(true), ok: n().Bold(true), warn: n().Bold(true), stop: rev().Bold(true),
		info: n().Bold(true), title: n().Bold(true).Underline(true), status: rev(), big: rev(), bigQty: rev(), keys: n().Bold(true),
		okBar: rev(), doneBar: rev(), warnBar: rev().Bold(true), stopBar: rev().Bold(true), infoBar: rev(),
	}
}

// renderer styles without asking any terminal what it can do.
var renderer = func() *lipgloss.Renderer {
	r := lipgloss.NewRenderer(io.Discard)
	r.SetColorProfile(termenv.ANSI)
	r.SetHasDarkBackground(true)
	return r
}()

func newStyle() lipgloss.Style { return renderer.NewStyle() }

// sequences takes from each lipgloss style the sequence before the text, once, so
// that painting a screen only copies.
func sequences(m map[style]lipgloss.Style) sgr {
	var s sgr
	for st, ls := range m {
		// Underline makes lipgloss style rune by rune; one rune is enough here.
		before, _, _ := strings.Cut(ls.Render("x"), "x")
		s[st] = before
	}
	return s
}
