//go:build !linux

package devices

// denied is found out on opening only.
func denied(string) bool { return false }
