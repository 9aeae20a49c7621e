package labels

import (
	"fmt"
	"strings"

	"github.com/boombuler/barcode/datamatrix"

	"pickstation/gs1"
)

// gs1DataMatrix draws a GS1 DataMatrix, ECC 200 and square, of the elements in the middle of b.
func (p *Page) gs1DataMatrix(field string, b box, elements []gs1.Element) {
	fail := func(err error) {
		p.fail(&Error{ErrorBadSymbol, "draw DataMatrix " + field, "leave an element out", err})
	}
	text, err := gs1.ElementString(gs1.Compact(elements))
	if err != nil {
		fail(err)
		return
	}
	// The library takes the raw byte 232 for the FNC1 code word, in front and as separator (GS1 General Specifications
	// 5.6.2).
	f := string([]byte{datamatrix.FNC1})
	symbol, err := datamatrix.Encode(f + strings.ReplaceAll(text, string(rune(gs1.GS)), f))
	if err != nil {
		fail(err)
		return
	}
	p.matrix(field, "gs1-datamatrix", b, text, scanned{symbol}, dataMatrixQuiet)
}

// dataMatrix draws a plain DataMatrix of ASCII text in the middle of b. Other text is refused: the symbol has no way to
// say that it is UTF-8 which readers would follow.
func (p *Page) dataMatrix(field string, b box, text string) {
	fail := func(err error) {
		p.fail(&Error{ErrorBadSymbol, "draw DataMatrix " + field, "use ASCII text, or a QR code", err})
	}
	if i := strings.IndexFunc(text, func(r rune) bool { return r > 126 || r < 32 }); i >= 0 || text == "" {
		fail(fmt.Errorf("%.40q is not printable ASCII", text))
		return
	}
	symbol, err := datamatrix.Encode(text)
	if err != nil {
		fail(err)
		return
	}
	p.matrix(field, "datamatrix", b, text, scanned{symbol}, dataMatrixQuiet)
}
