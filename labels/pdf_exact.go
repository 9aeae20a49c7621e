package labels

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
)

// exactPDF finishes what gofpdf cannot say: page sizes of a whole number of dots to 1/10,000 pt (gofpdf rounds to 1/100,
// and a page that is a hundredth too large moves every row in some rasterisers), and the wish that viewers print without
// scaling (ISO 32000-1 12.2, PrintScaling). Objects that grow move those behind them, so the cross-reference table is
// written anew.
func exactPDF(pdf []byte, pages []*Page) ([]byte, error) {
	offsets, tail, err := parseXref(pdf)
	if err != nil {
		return nil, err
	}
	out := make([]byte, 0, len(pdf)+32*len(pages)+128)
	moved := make([]int, len(offsets))
	page := 0
	order := objectOrder(offsets)
	if len(order) == 0 {
		return nil, fmt.Errorf("PDF has no objects")
	}
	out = append(out, pdf[:offsets[order[0]]]...)
	for i, n := range order {
		end := tail
		if i+1 < len(order) {
			end = offsets[order[i+1]]
		}
		obj := pdf[offsets[n]:end]
		moved[n] = len(out)
		switch {
		case bytes.HasPrefix(obj, objectHead(n, "/Type /Page\n")) && page < len(pages):
			out = appendPage(out, obj, pages[page])
			page++
		case bytes.Contains(obj[:min(len(obj), 64)], []byte("/Type /Catalog\n")):
			k := bytes.Index(obj, []byte("/Type /Catalog\n")) + len("/Type /Catalog\n")
			out = append(out, obj[:k]...)
			out = append(out, "/Version /1.6\n/ViewerPreferences <</PrintScaling /None>>\n"...)
			out = append(out, obj[k:]...)
		default:
			out = append(out, obj...)
		}
	}
	if page != len(pages) {
		return nil, fmt.Errorf("PDF has %d pages, not %d", page, len(pages))
	}
	return appendXref(out, pdf[tail:], moved)
}

func objectHead(n int, body string) []byte {
	return append(strconv.AppendInt(nil, int64(n), 10), " 0 obj\n<<"+body...)
}

// parseXref reads the single cross-reference table gofpdf writes: offsets by object number (0 is unused) and where the
// table starts.
func parseXref(pdf []byte) (offsets []int, at int, err error) {
	bad := fmt.Errorf("PDF ends without a cross-reference table")
	k := bytes.LastIndex(pdf, []byte("startxref\n"))
	if k < 0 {
		return nil, 0, bad
	}
	if _, err := fmt.Sscanf(string(pdf[k:min(len(pdf), k+40)]), "startxref\n%d", &at); err != nil || at < 0 || at >= k {
		return nil, 0, bad
	}
	var n int
	if _, err := fmt.Sscanf(string(pdf[at:min(k, at+40)]), "xref\n0 %d", &n); err != nil || n < 1 {
		return nil, 0, bad
	}
	row := at + len("xref\n0 \n") + len(strconv.Itoa(n))
	if row+20*n > k {
		return nil, 0, bad
	}
	offsets = make([]int, n)
	for i := range offsets {
		v, err := strconv.Atoi(string(pdf[row+20*i : row+20*i+10]))
		if err != nil || v >= at {
			return nil, 0, bad
		}
		offsets[i] = v
	}
	return offsets, at, nil
}

// objectOrder is the object numbers by place in the file. gofpdf writes objects 1 and 2 behind the pages.
func objectOrder(offsets []int) []int {
	order := make([]int, 0, len(offsets))
	for n := 1; n < len(offsets); n++ {
		i := len(order)
		order = append(order, n)
		for i > 0 && offsets[order[i-1]] > offsets[n] {
			order[i] = order[i-1]
			i--
		}
		order[i] = n
	}
	return order
}

// appendPage copies a page object with the exact MediaBox.
func appendPage(out, obj []byte, p *Page) []byte {
	key := []byte("/MediaBox [0 0 ")
	k := bytes.Index(obj, key)
	if k < 0 {
		return append(out, obj...)
	}
	end := k + bytes.IndexByte(obj[k:], '\n')
	dot := 72 / float64(p.printer.DPI)
	// Rounded down: a rasteriser that rounds up must not add a row.
	side := func(dots int) float64 { return math.Floor(float64(dots)*dot*10000) / 10000 }
	out = append(append(out, obj[:k]...), key...)
	out = append(strconv.AppendFloat(out, side(p.w), 'f', 4, 64), ' ')
	out = append(strconv.AppendFloat(out, side(p.h), 'f', 4, 64), ']')
	return append(out, obj[end:]...)
}

// appendXref writes the table for the moved objects and the old trailer with the new start.
func appendXref(out, old []byte, moved []int) ([]byte, error) {
	start := len(out)
	out = append(out, "xref\n0 "...)
	out = append(strconv.AppendInt(out, int64(len(moved)), 10), "\n0000000000 65535 f \n"...)
	for _, off := range moved[1:] {
		digits := strconv.Itoa(off)
		out = append(out, "0000000000"[:10-len(digits)]...)
		out = append(append(out, digits...), " 00000 n \n"...)
	}
	k, z := bytes.Index(old, []byte("trailer")), bytes.LastIndex(old, []byte("startxref\n"))
	if k < 0 || z < k {
		return nil, fmt.Errorf("PDF ends without a trailer")
	}
	out = append(append(out, old[k:z]...), "startxref\n"...)
	return append(strconv.AppendInt(out, int64(start), 10), "\n%%EOF\n"...), nil
}
