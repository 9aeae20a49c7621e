//go:build !race

package world

// raced says that the race detector slows everything down.
const raced = false
