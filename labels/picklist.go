package labels

import (
	"fmt"
	"time"
)

// PickList 拣货单 sends a picker round the warehouse on paper, for when the station cannot.
type PickList struct {
	Form        string     `json:"form,omitempty"` // A4 (default), A5, 100x150 or 100x180
	Number      string     `json:"number"`         // wave or work
	Zone        string     `json:"zone,omitempty"`
	Tote        string     `json:"tote,omitempty"`
	Temperature string     `json:"temperature,omitempty"`
	PromisedBy  string     `json:"promised_by,omitempty"` // as it is to be printed
	Lines       []ListLine `json:"lines"`                 // in walking order
	Note        string     `json:"note,omitempty"`
	Station     string     `json:"station,omitempty"`
	Operator    string     `json:"operator,omitempty"`
	PrintedAt   time.Time  `json:"printed_at,omitzero"`
}

// Layout makes as many pages as the lines need.
func (l PickList) Layout(pr Printer) ([]*Page, error) {
	if err := checkList(KindPickList, l.Number, l.Lines); err != nil {
		return nil, err
	}
	f, err := newFlow(KindPickList, l.Form, pr, func(f *flow) { f.heading("拣货单 PICK LIST", l.Number) })
	if err != nil {
		return nil, err
	}
	f.facts([]pair{{"库区 Zone", l.Zone}, {"周转箱 Tote", l.Tote}, {"温层 Temperature", firstOf(temperatureWord(l.Temperature), l.Temperature)}, {"承诺时间 Promised by", l.PromisedBy}})
	f.y += 10
	cols := []column{{"货位 Location", 190, left, large}, {"品名 Description", 390, left, ordinary}, {"批号/效期 Lot, expiry", 190, left, ordinary}, {"数量 Qty", 120, right, large}, {"已拣 Done", 110, center, ticked}}
	rows := make([][]string, 0, len(l.Lines))
	for _, it := range l.Lines {
		rows = append(rows, []string{it.Location, joinNonEmpty("\n", it.Name, joinNonEmpty("  ", it.SKU, it.Barcode), it.Note), joinNonEmpty("\n", it.Lot, it.Expiry, it.Serial), quantity(it), ""})
	}
	f.rows("line", cols, rows)
	f.y += 12
	f.paragraph("total", listTotal(l.Lines), f.sheet.body, true)
	f.paragraph("note", l.Note, f.sheet.body, false)
	return f.done(traceLine(l.Station, l.PrintedAt, l.Operator))
}

func examplePickList() Document {
	return PickList{Number: "WAVE-20260314-03", Zone: "A / B / C / F", Tote: "T-0417", Temperature: Frozen, PromisedBy: "2026-03-14 12:00",
		Lines: exampleLines(), Note: fmt.Sprintf("冷冻品最后拣 Pick %s goods last.", Frozen), Station: "PICK-02", Operator: "A012", PrintedAt: exampleTime()}
}
