package labels

import "fmt"

// Command is a code of the bench card with its names.
type Command struct {
	Code string `json:"code"`          // what the barcode says, "PS:UNDO"
	Key  string `json:"key,omitempty"` // the key that does the same
	Zh   string `json:"zh"`
	En   string `json:"en"`
}

// BenchCard is the laminated card with the command barcodes, so that a picker in gloves needs no keyboard.
type BenchCard struct {
	Form     string    `json:"form,omitempty"` // A4 (default), A5 or 100x150
	Title    string    `json:"title,omitempty"`
	Commands []Command `json:"commands"`
}

// grid is a sheet of equal cells.
type grid struct {
	w, h, margin, head int // tenths of a millimetre; head is kept free above the cells
	columns, rows      int
}

// benchCardForms are the sheets; cells are at least 90 mm wide, so that every command keeps three dots a module at 203 dpi.
var benchCardForms = map[string]grid{
	"A4":      {2100, 2970, 70, 180, 2, 8},
	"A5":      {1480, 2100, 50, 120, 1, 8},
	"100x150": {1000, 1500, 30, 90, 1, 5},
}

// Layout makes as many cards as the commands need.
func (b BenchCard) Layout(pr Printer) ([]*Page, error) {
	if err := pr.check(); err != nil {
		return nil, err
	}
	bad := func(code ErrorCode, hint, format string, args ...any) ([]*Page, error) {
		return nil, &Error{code, "lay out bench card", hint, fmt.Errorf(format, args...)}
	}
	g, ok := benchCardForms[firstOf(b.Form, "A4")]
	if !ok {
		return bad(ErrorUnknownForm, "use A4, A5 or 100x150", "no form %q", b.Form)
	}
	perPage := g.columns * g.rows
	if n := len(b.Commands); n == 0 || n > 20*perPage {
		return bad(ErrorBadInput, "give between 1 and "+fmt.Sprint(20*perPage)+" commands", "%d commands", n)
	}
	var pages []*Page
	for from := 0; from < len(b.Commands); from += perPage {
		p := newPage(KindBenchCard, pr, g.w, g.h)
		title := firstOf(b.Title, "操作码 COMMAND CODES")
		p.text("title", box{g.margin + 10, g.margin, g.w - 2*g.margin - 20, g.head - 30}, title,
			style{size: 200, min: 90, lines: 1, bold: true, align: center, middle: true})
		for i, c := range b.Commands[from:min(from+perPage, len(b.Commands))] {
			p.commandCell(g.cell(i), c)
		}
		if err := p.done(); err != nil {
			return nil, err
		}
		pages = append(pages, p)
	}
	return pages, nil
}

// frameGap is the white, in tenths of a millimetre, between the frames of two commands one above the other.
const frameGap = 16

// cell is the frame of command i, row by row. On sheets of two columns the right one stands half a row lower: names are
// above the bars in every frame, so the bars on the right lie beside the names on the left and a wide beam never meets
// two barcodes at once.
func (g grid) cell(i int) box {
	w := (g.w - 2*g.margin - (g.columns-1)*frameGap) / g.columns
	half := (g.h - 2*g.margin - g.head) / (2*g.rows + g.columns - 1)
	column, row := i%g.columns, i/g.columns
	return box{g.margin + column*(w+frameGap), g.margin + g.head + (2*row+column)*half, w, 2*half - frameGap}
}

// commandCell draws one command into its frame: names and key, the code in letters, then the bars in the lower half.
func (p *Page) commandCell(c box, cmd Command) {
	p.frame(c, 5)
	half := (c.h + frameGap) / 2
	const code = 40
	field, x, w := cmd.Code, c.x+20, c.w-40
	names, h := c.y+14, half-14-code-4
	p.text(field+" zh", box{x, names, w/2 - 10, h}, cmd.Zh, style{size: 200, min: 90, bold: true, middle: true})
	p.text(field+" en", box{x + w/2, names, w*3/8 - 10, h}, cmd.En, style{size: 150, min: 70, bold: true, middle: true})
	if cmd.Key != "" {
		p.text(field+" key", box{x + w*7/8, names, w / 8, h}, cmd.Key, style{size: 120, min: 70, lines: 1, align: right, middle: true})
	}
	p.text(field+" code", box{x, c.y + half - code - 2, w, code}, cmd.Code, style{size: 85, min: 60, lines: 1, align: center})
	p.code128(field, box{c.x + 10, c.y + half, c.w - 20, c.h - half - 14}, cmd.Code)
}

func exampleBenchCard() Document {
	return BenchCard{Commands: []Command{
		{"PS:UNDO", "F6", "撤销", "UNDO"}, {"PS:SHORT", "F7", "缺货", "SHORT"}, {"PS:DAMAGED", "", "破损", "DAMAGED"}, {"PS:YES", "", "是", "YES"},
		{"PS:NO", "Esc", "否", "NO"}, {"PS:PRINT", "F5", "打印面单", "PRINT"}, {"PS:HOLD", "", "挂起", "HOLD"}, {"PS:CALL", "", "呼叫组长", "CALL LEAD"},
		{"PS:SHIP", "F4", "发货交接", "SHIP"}, {"PS:LANG", "F2", "中文/English", "LANGUAGE"}, {"PS:SIGNOUT", "F10", "签退", "SIGN OUT"},
	}}
}
