package labels

// zone is a named place of a form and how its text is set.
type zone struct {
	id string
	box
	style style
}

// form is one size of a label: its zones, rules and frame in tenths of a millimetre. Zones named barcode and qr hold their
// quiet zones inside.
type form struct {
	w, h  int
	frame box
	rules []box
	zones []zone
}

// waybillForms are the sizes in use: one-part 76×130 (SF, Cainiao), two-part 100×150 (SF), 100×180 (Cainiao; the carrier
// owns the first 140 mm, the merchant the rest) and the 4×6 inch stock of American printers.
var waybillForms = map[string]form{
	"100x150": waybill100x150,
	"76x130":  waybill76x130,
	"100x180": waybill100x180(),
	"4x6in":   waybill100x150.centred(1016, 1524),
}

var waybill100x150 = form{
	w: 1000, h: 1500,
	frame: box{20, 20, 960, 1460},
	rules: []box{
		{20, 110, 960, 3}, {20, 270, 960, 3}, {20, 348, 960, 3}, {20, 556, 960, 3}, {20, 786, 960, 3}, {20, 908, 960, 3},
		{20, 1202, 960, 3}, {20, 1336, 960, 3},
	},
	zones: []zone{
		{"carrier", box{35, 30, 410, 72}, style{size: 180, min: 90, bold: true, middle: true}},
		{"service", box{455, 28, 260, 38}, style{size: 90, min: 60, lines: 1}},
		{"weight", box{455, 68, 260, 36}, style{size: 85, min: 60, lines: 1}},
		{"temperature", box{725, 28, 247, 74}, style{size: 105, min: 80, lines: 1, bold: true, align: center, middle: true, black: true}},
		{"routing", box{30, 116, 940, 150}, style{size: 400, min: 160, lines: 1, bold: true, align: center, middle: true}},
		{"sorting", box{35, 277, 640, 68}, style{size: 170, min: 80, lines: 1, bold: true, middle: true}},
		{"parcel", box{690, 277, 275, 68}, style{size: 150, min: 80, lines: 1, bold: true, align: right, middle: true}},
		{"barcode", box{30, 360, 940, 140}, style{}},
		{"number", box{100, 506, 800, 46}, style{size: 120, min: 70, lines: 1, bold: true, align: center}},
		{"receiver_mark", box{32, 570, 84, 84}, style{size: 190, min: 100, lines: 1, bold: true, align: center, middle: true, black: true}},
		{"receiver_name", box{130, 566, 840, 56}, style{size: 130, min: 80, lines: 1, bold: true}},
		{"receiver_address", box{130, 626, 840, 154}, style{size: 115, min: 65}},
		{"sender_mark", box{32, 796, 66, 58}, style{size: 125, min: 40, lines: 1, bold: true, align: center, middle: true, black: true}},
		{"sender_name", box{105, 794, 865, 36}, style{size: 85, min: 60, lines: 1}},
		{"sender_address", box{105, 832, 865, 70}, style{size: 80, min: 50}},
		{"qr", box{690, 915, 280, 280}, style{}},
		{"cod", box{32, 916, 640, 62}, style{size: 130, min: 80, lines: 1, bold: true, middle: true}},
		{"refs", box{32, 984, 640, 66}, style{size: 80, min: 50}},
		{"items", box{32, 1054, 640, 144}, style{size: 80, min: 65}},
		{"merchant", box{32, 1210, 936, 122}, style{size: 85, min: 60}},
		{"barcode2", box{22, 1346, 670, 82}, style{}},
		{"number2", box{22, 1432, 670, 36}, style{size: 85, min: 60, lines: 1, align: center}},
		{"reprint", box{695, 1348, 276, 58}, style{size: 70, min: 55, lines: 1, bold: true, align: center, middle: true, black: true}},
		{"trace", box{695, 1412, 276, 62}, style{size: 65, min: 50, align: center}},
	},
}

var waybill76x130 = form{
	w: 760, h: 1300,
	frame: box{12, 12, 736, 1276},
	rules: []box{
		{12, 95, 736, 3}, {12, 222, 736, 3}, {12, 288, 736, 3}, {12, 458, 736, 3}, {12, 656, 736, 3}, {12, 786, 736, 3},
		{12, 1023, 736, 3}, {12, 1114, 736, 3},
	},
	zones: []zone{
		{"carrier", box{24, 22, 300, 66}, style{size: 150, min: 80, bold: true, middle: true}},
		{"service", box{332, 22, 190, 32}, style{size: 70, min: 50, lines: 1}},
		{"weight", box{332, 58, 190, 32}, style{size: 75, min: 50, lines: 1}},
		{"temperature", box{530, 20, 212, 68}, style{size: 85, min: 70, lines: 1, bold: true, align: center, middle: true, black: true}},
		{"routing", box{20, 100, 720, 118}, style{size: 300, min: 120, lines: 1, bold: true, align: center, middle: true}},
		{"sorting", box{24, 229, 480, 56}, style{size: 140, min: 70, lines: 1, bold: true, middle: true}},
		{"parcel", box{512, 229, 226, 56}, style{size: 120, min: 70, lines: 1, bold: true, align: right, middle: true}},
		{"barcode", box{16, 298, 728, 112}, style{}},
		{"number", box{60, 414, 640, 40}, style{size: 105, min: 60, lines: 1, bold: true, align: center}},
		{"receiver_mark", box{22, 468, 70, 70}, style{size: 155, min: 90, lines: 1, bold: true, align: center, middle: true, black: true}},
		{"receiver_name", box{104, 465, 636, 50}, style{size: 115, min: 70, lines: 1, bold: true}},
		{"receiver_address", box{104, 518, 636, 134}, style{size: 100, min: 60}},
		{"sender_mark", box{20, 673, 60, 50}, style{size: 100, min: 40, lines: 1, bold: true, align: center, middle: true, black: true}},
		{"sender_name", box{84, 663, 656, 33}, style{size: 75, min: 55, lines: 1}},
		{"sender_address", box{84, 699, 656, 84}, style{size: 70, min: 45}},
		{"qr", box{516, 791, 228, 228}, style{}},
		{"cod", box{22, 793, 488, 56}, style{size: 110, min: 65, lines: 1, bold: true, middle: true}},
		{"refs", box{22, 854, 488, 56}, style{size: 70, min: 45}},
		{"items", box{22, 913, 488, 106}, style{size: 70, min: 55}},
		{"merchant", box{22, 1030, 716, 80}, style{size: 75, min: 50}},
		{"barcode2", box{16, 1122, 728, 66}, style{}},
		{"number2", box{16, 1192, 728, 32}, style{size: 75, min: 50, lines: 1, align: center}},
		{"reprint", box{22, 1230, 330, 52}, style{size: 80, min: 55, lines: 1, bold: true, align: center, middle: true, black: true}},
		{"trace", box{362, 1230, 378, 54}, style{size: 60, min: 45, align: right}},
	},
}

// waybill100x180 is the 100×150 form with the merchant's zone below it, long enough for the list of items.
func waybill100x180() form {
	f := waybill100x150.centred(1000, 1800)
	f = f.moved(0, -150)
	f.frame.h += 300
	f.rules = append(f.rules, box{20, 1480, 960, 3})
	for i := range f.zones {
		switch f.zones[i].id {
		case "items":
			f.zones[i].box, f.zones[i].style = box{32, 1492, 936, 280}, style{size: 85, min: 65}
		case "refs":
			f.zones[i].box = box{32, 984, 640, 210}
		}
	}
	return f
}

// centred is the form in the middle of a sheet of another size.
func (f form) centred(w, h int) form {
	g := f.moved((w-f.w)/2, (h-f.h)/2)
	g.w, g.h = w, h
	return g
}

// moved is the form with everything on it shifted.
func (f form) moved(dx, dy int) form {
	g := form{w: f.w, h: f.h, frame: f.frame.moved(dx, dy)}
	for _, r := range f.rules {
		g.rules = append(g.rules, r.moved(dx, dy))
	}
	for _, z := range f.zones {
		z.box = z.box.moved(dx, dy)
		g.zones = append(g.zones, z)
	}
	return g
}

func (b box) moved(dx, dy int) box { return box{b.x + dx, b.y + dy, b.w, b.h} }
