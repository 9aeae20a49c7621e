package central_test

import (
	"testing"

	"pickstation/central/centraltest"
)

func BenchmarkCentre(b *testing.B) { centraltest.Measure(b, centraltest.New) }
