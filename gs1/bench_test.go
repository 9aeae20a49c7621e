package gs1

import (
	"strings"
	"testing"
)

// warehouseSymbols are what a bench scans all day.
var warehouseSymbols = []struct{ name, scan string }{
	{"EAN13", "]E09506000134352"},
	{"SSCC", "]C100950600013435200152"},
	{"GTIN", "]C10109506000134352"},
	{"GTIN_lot_internal", "]C1010950600013435210LOT7721\x1d99XYZ"},
	{"GTIN_expiry_lot_serial", "]d201095060001343521727053110LOT7721\x1d21SER0001234"},
	{"GTIN_weight_expiry_lot_serial", "]C10109506000134352310300125017270531" + "10LOT7721\x1d21SER0001234"},
	{"shipping", "]C100950600013435200152403R4711\x1d410950600013435242" + "1156200041"},
}

func BenchmarkParse(b *testing.B) {
	for _, s := range warehouseSymbols {
		b.Run(s.name, func(b *testing.B) {
			room := make([]Element, 0, 16)
			if _, err := ParseInto(room, s.scan, Options{}); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ParseInto(room, s.scan, Options{}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkRead(b *testing.B) {
	symbols := append(warehouseSymbols[:len(warehouseSymbols):len(warehouseSymbols)],
		struct{ name, scan string }{"no_AIM_EAN13", "9506000134352"},
		struct{ name, scan string }{"no_AIM_GS1", "010950600013435210LOT7721\x1d21SER0001234"},
		struct{ name, scan string }{"code128_waybill", "]C0SF1234567890123"},
		struct{ name, scan string }{"shop_code", "]C0SKU-4711-BLUE"})
	for _, s := range symbols {
		b.Run(s.name, func(b *testing.B) {
			var r Reader
			if scan := r.Read(s.scan); scan.Err != nil {
				b.Fatal(scan.Err)
			}
			b.ReportAllocs()
			for b.Loop() {
				r.Read(s.scan)
			}
		})
	}
}

func BenchmarkParseDigitalLink(b *testing.B) {
	const uri = "https://id.gs1.org/01/09506000134352/10/LOT7721/21/SER1234?17=270531"
	room := make([]Element, 0, 16)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParseDigitalLink(room, uri, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// hostileSplits has far more places for lost separators than are looked at.
var hostileSplits = "10" + strings.Repeat("10112110", 500)

func BenchmarkSplitsOfHostileData(b *testing.B) {
	for range b.N {
		Splits(hostileSplits, 8)
	}
}
