//go:build !unix

package main

// setUmask does nothing where there is no file mode mask.
func setUmask(int) int { return 0 }
