// Package station is the loop of a bench: one goroutine owns the state, decides
// what enters its mailbox, commits, and only then answers.
package station
