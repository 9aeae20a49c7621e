package devices

import (
	"bytes"
	"slices"
	"strings"
)

// codeIDs maps a maker's code identifier to the AIM identifier of ISO/IEC 15424 it stands for. The makers' letters clash
// (Datalogic's "A" is EAN-8 in Europe, Zebra's "A" is every EAN and UPC), so the set is named by the profile and never
// guessed. An empty value: the letter is known, and the symbology leaves the identifier open.
var codeIDs = map[string]map[string]string{
	// Zebra, "Symbol Code Identifiers".
	"zebra-symbol": {
		"A": aimByLength, "B": "]A0", "C": "]F0", "D": "]C0", "F": "]I0", "K": "]C1", "R": "]e0", "T": "]e0",
		"X": "]L0", "z": "]z0", "P00": "]d1", "P01": "]Q1", "P0G": "]d2", "P0Q": "]Q3",
	},
	// Honeywell 3820 user's guide, symbology chart A-2.
	"honeywell": {
		"c": aimByLength, "E": aimByLength, "d": "]E0", "D": "]E4", "j": "]C0", "I": "]C1", "b": "]A0", "e": "]I0", "a": "]F0",
		"y": "]e0", "r": "]L0", "w": "]d1", "s": "]Q1", "z": "]z0",
	},
	// Datalogic PD96 and GD4500 reference manuals, label identifiers.
	"datalogic-eu":  {"B": "]E0", "A": "]E4", "T": "]C0", "k": "]C1", "V": "]A0", "t": "]e0", "u": "]e0", "N": "]I0"},
	"datalogic-usa": {"F": "]E0", "FF": "]E4", "#": "]C0", "*": "]A0", "RX": "]e0", "R4": "]e0"},
}

// aimByLength marks the identifiers that stand for all of EAN and UPC: 13 digits are ]E0, 8 digits ]E4, others stay open.
const aimByLength = "by length"

// CodeIDSets lists the names a profile's code_id may have.
func CodeIDSets() []string {
	names := []string{"aim"}
	for n := range codeIDs {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// splitCodeID takes the code identifier of the set off raw. An identifier that the set does not know, and a frame that
// carries an AIM identifier anyway, are left as they are.
func splitCodeID(set string, raw []byte) (aim string, data []byte) {
	ids, ok := codeIDs[set]
	if !ok || bytes.HasPrefix(raw, []byte("]")) {
		return "", raw
	}
	for n := min(3, len(raw)-1); n > 0; n-- {
		to, ok := ids[string(raw[:n])]
		if !ok || (n == 2 && string(raw[:2]) == "FF" && len(raw) != 2+8) {
			continue
		}
		data = raw[n:]
		if to != aimByLength {
			return to, data
		}
		if aim := aimOfEAN(data); aim != "" {
			return aim, data
		}
		return "", raw
	}
	return "", raw
}

func aimOfEAN(data []byte) string {
	if strings.Trim(string(data), "0123456789") != "" {
		return ""
	}
	switch len(data) {
	case 13:
		return "]E0"
	case 8:
		return "]E4"
	}
	return ""
}
