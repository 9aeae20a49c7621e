package gs1

// Symbology is the kind of barcode that a scan came from, as its AIM identifier tells (ISO/IEC 15424).
type Symbology uint8

// The symbologies that matter in a warehouse; those with GS1 in their name carry element strings.
const (
	SymbologyUnknown Symbology = iota
	Code39
	Code128
	GS1128
	AIM128
	ISBT128
	EAN13 // also UPC-A and UPC-E, which are sent as 13 digits
	EAN8
	AddOn2
	AddOn5
	EANWithAddOn
	Codabar
	Code93
	Code11
	ITF
	Industrial2of5
	MSI
	PDF417
	MaxiCode
	QR
	GS1QR
	DataMatrix
	GS1DataMatrix
	Aztec
	GS1Aztec
	DotCode
	GS1DotCode
	GS1DataBar // DataBar and the GS1 composites
	HanXin
	OtherSymbology
)

var symbologyNames = [...]string{"unknown", "code_39", "code_128", "gs1_128", "aim_128", "isbt_128", "ean_13", "ean_8",
	"add_on_2", "add_on_5", "ean_with_add_on", "codabar", "code_93", "code_11", "itf", "industrial_2_of_5", "msi", "pdf417",
	"maxicode", "qr", "gs1_qr", "data_matrix", "gs1_data_matrix", "aztec", "gs1_aztec", "dotcode", "gs1_dotcode",
	"gs1_databar", "han_xin", "other"}

// String gives the symbology's stable name in snake_case.
func (s Symbology) String() string {
	if int(s) < len(symbologyNames) {
		return symbologyNames[s]
	}
	return symbologyNames[SymbologyUnknown]
}

// content is what a symbol with a certain identifier holds.
type content uint8

const (
	plainContent   content = iota
	elementContent         // GS1 element strings
	numberContent          // EAN and UPC
	addOnContent           // EAN-13 followed by its add-on
	itfContent
)

// aimEntry is what an AIM identifier says.
type aimEntry struct {
	symbology Symbology
	content   content
	listed    bool // the GS1 General Specifications list it (section "Symbology identifiers")
	eci       bool // the ECI protocol: backslashes are doubled, \nnnnnn switches the character set
	stripped  bool // the reader checked the check digit and did not send it
	known     bool
}

// aimTable is indexed by code letter and modifier.
var aimTable = buildAIMTable()

func buildAIMTable() *[128][128]aimEntry {
	t := new([128][128]aimEntry)
	plain := func(letter byte, s Symbology) {
		for _, m := range []byte("0123456789ABCDEFabcdef") {
			t[letter][m] = aimEntry{symbology: s, known: true}
		}
	}
	for letter, s := range map[byte]Symbology{'A': Code39, 'C': Code128, 'F': Codabar, 'G': Code93, 'H': Code11, 'I': ITF,
		'L': PDF417, 'M': MSI, 'R': Industrial2of5, 'S': Industrial2of5, 'U': MaxiCode, 'X': OtherSymbology, 'Z': OtherSymbology,
		'h': HanXin, 'Q': QR, 'd': DataMatrix, 'z': Aztec, 'J': DotCode, 'e': GS1DataBar, 'B': OtherSymbology, 'D': OtherSymbology,
		'K': OtherSymbology, 'O': OtherSymbology, 'P': OtherSymbology, 'T': OtherSymbology, 'o': OtherSymbology} {
		plain(letter, s)
	}
	set := func(id string, e aimEntry) { e.known = true; t[id[0]][id[1]] = e }
	set("C1", aimEntry{symbology: GS1128, content: elementContent, listed: true})
	set("C2", aimEntry{symbology: AIM128})
	set("C4", aimEntry{symbology: ISBT128})
	set("E0", aimEntry{symbology: EAN13, content: numberContent, listed: true})
	set("E1", aimEntry{symbology: AddOn2})
	set("E2", aimEntry{symbology: AddOn5})
	set("E3", aimEntry{symbology: EANWithAddOn, content: addOnContent})
	set("E4", aimEntry{symbology: EAN8, content: numberContent, listed: true})
	set("I0", aimEntry{symbology: ITF, content: itfContent})
	set("I1", aimEntry{symbology: ITF, content: itfContent})
	set("I3", aimEntry{symbology: ITF, content: itfContent, stripped: true})
	set("L1", aimEntry{symbology: PDF417, eci: true})
	set("Q1", aimEntry{symbology: QR, listed: true})
	set("Q2", aimEntry{symbology: QR, eci: true})
	set("Q3", aimEntry{symbology: GS1QR, content: elementContent, listed: true})
	set("Q4", aimEntry{symbology: GS1QR, content: elementContent, eci: true})
	set("Q6", aimEntry{symbology: QR, eci: true})
	set("d1", aimEntry{symbology: DataMatrix, listed: true})
	set("d2", aimEntry{symbology: GS1DataMatrix, content: elementContent, listed: true})
	set("d4", aimEntry{symbology: DataMatrix, eci: true})
	set("d5", aimEntry{symbology: GS1DataMatrix, content: elementContent, eci: true})
	set("d6", aimEntry{symbology: DataMatrix, eci: true})
	set("e0", aimEntry{symbology: GS1DataBar, content: elementContent, listed: true})
	set("e3", aimEntry{symbology: GS1DataBar, eci: true})
	set("J0", aimEntry{symbology: DotCode, listed: true})
	set("J1", aimEntry{symbology: GS1DotCode, content: elementContent, listed: true})
	set("J3", aimEntry{symbology: DotCode, eci: true})
	set("J4", aimEntry{symbology: GS1DotCode, content: elementContent, eci: true})
	set("J5", aimEntry{symbology: DotCode, eci: true})
	set("U1", aimEntry{symbology: MaxiCode})
	set("U2", aimEntry{symbology: MaxiCode, eci: true})
	set("U3", aimEntry{symbology: MaxiCode, eci: true})
	set("z1", aimEntry{symbology: GS1Aztec, content: elementContent})
	set("z3", aimEntry{symbology: Aztec, eci: true})
	set("z4", aimEntry{symbology: GS1Aztec, content: elementContent, eci: true})
	set("z5", aimEntry{symbology: Aztec, eci: true})
	return t
}

// aimOf reads the identifier at the head of a scan; known is false if there is none.
func aimOf(raw string) aimEntry {
	if len(raw) < 3 || raw[0] != ']' || raw[1] >= 128 || raw[2] >= 128 {
		return aimEntry{}
	}
	return aimTable[raw[1]][raw[2]]
}

// SymbologyOf names the symbology of an AIM identifier such as "]C1"; SymbologyUnknown if it is none.
func SymbologyOf(aim string) Symbology { return aimOf(aim).symbology }
