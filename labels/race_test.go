//go:build race

package labels

// raced tells that the race detector slows everything down about tenfold.
const raced = true
