package labels

import (
	"bytes"
	"fmt"
)

// RenderTSPL writes each page as one TSPL label with the whole page as a bitmap, for TSC printers and the many that speak
// their language. The gap between labels is left to the printer's own calibration.
func RenderTSPL(pages []*Page) ([]byte, Report, error) {
	if err := checkPages("render TSPL", pages); err != nil {
		return nil, Report{}, err
	}
	var b bytes.Buffer
	for _, p := range pages {
		m := p.raster()
		// TSPL takes the label's size in millimetres; tenths are what its firmware keeps.
		tenths := func(dots int) int { return (dots*254 + p.printer.DPI/2) / p.printer.DPI }
		w, h := tenths(m.w), tenths(m.h)
		fmt.Fprintf(&b, "SIZE %d.%d mm,%d.%d mm\r\nDIRECTION 0\r\nREFERENCE 0,0\r\nCLS\r\nBITMAP 0,0,%d,%d,0,", w/10, w%10, h/10, h%10, m.stride, m.h)
		for _, bits := range m.bits {
			b.WriteByte(^bits) // TSPL prints the zeros
		}
		b.WriteString("\r\nPRINT 1,1\r\n")
	}
	return b.Bytes(), reportOf(pages), nil
}
