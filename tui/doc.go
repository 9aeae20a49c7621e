// Package tui is the bench's screen: a pure function from the station's view and
// the window's size to text, and the terminal program around it.
//
// The laws of the screen:
//   - Never more than H lines, no line wider than W cells, whatever the view holds.
//   - Colour is never alone: a word, a place and a pattern say the same.
//   - What a picker needs from two steps away is big: location, quantity, verdict.
//   - Nothing is where it was not a scan ago; the verdict stands at the bottom.
//   - Enter and letters do nothing: they are what scanners type. Esc says no.
//   - Every word stands in [pickstation/tui/text].
package tui
