//go:build !race

package labels

const raced = false
