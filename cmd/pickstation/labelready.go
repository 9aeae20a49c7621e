package main

import (
	"bytes"
	"encoding/binary"

	"pickstation/labels"
)

// decodeLabel reads the input of a kind. A label that a carrier has drawn may be the
// picture itself, for the resolution that it names, else for the printer's own.
func decodeLabel(kind string, data []byte, dpi int) (labels.Document, error) {
	if kind != labels.KindReadyMade || !bytes.HasPrefix(data, pngMagic) {
		return labels.Decode(kind, data)
	}
	if own := pictureDPI(data); own != 0 {
		dpi = own
	}
	return labels.ReadyMade{Pictures: []labels.Picture{{DPI: dpi, PNG: data}}}, nil
}

var pngMagic = []byte("\x89PNG\r\n\x1a\n")

// pictureDPI is the resolution that a PNG says it has (chunk pHYs, PNG specification
// 11.3.4.3, pixels a metre), 0 where it says none or one that no label printer has.
func pictureDPI(data []byte) int {
	for at := len(pngMagic); at+12 <= len(data); {
		size := binary.BigEndian.Uint32(data[at:])
		kind := string(data[at+4 : at+8])
		if kind == "IDAT" || uint64(size) > uint64(len(data)-at-12) {
			return 0
		}
		if chunk := data[at+8 : at+8+int(size)]; kind == "pHYs" && size == 9 && chunk[8] == 1 {
			perMetre := int64(binary.BigEndian.Uint32(chunk))
			for _, dpi := range []int64{203, 300, 600} {
				if d := perMetre*254 - dpi*10000; max(d, -d) <= 254 { // rounded to whole pixels a metre
					return int(dpi)
				}
			}
			return 0
		}
		at += 12 + int(size)
	}
	return 0
}
