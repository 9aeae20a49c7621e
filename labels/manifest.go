package labels

import (
	"fmt"
	"time"
)

// ManifestLine is one parcel that is handed over.
type ManifestLine struct {
	Waybill     string `json:"waybill"`
	Parcel      string `json:"parcel,omitempty"`
	Destination string `json:"destination,omitempty"` // town or sorting mark; no names, no phones
	WeightG     int64  `json:"weight_g"`              // 0: nobody weighed it
	Temperature string `json:"temperature,omitempty"`
}

// Manifest 交接单 is what the driver signs.
type Manifest struct {
	Form      string         `json:"form,omitempty"` // A4 (default), A5, 100x150 or 100x180
	Number    string         `json:"number"`
	Carrier   string         `json:"carrier"`
	Warehouse string         `json:"warehouse,omitempty"`
	Vehicle   string         `json:"vehicle,omitempty"`
	Lines     []ManifestLine `json:"lines"`
	Station   string         `json:"station,omitempty"`
	Operator  string         `json:"operator,omitempty"`
	PrintNo   int            `json:"print_no,omitempty"`
	PrintedAt time.Time      `json:"printed_at,omitzero"`
}

// signatureHeight is the room for a signature, in tenths of a millimetre.
const signatureHeight = 150

// Layout makes as many pages as the parcels need.
func (m Manifest) Layout(pr Printer) ([]*Page, error) {
	if m.Number == "" || len(m.Lines) == 0 || len(m.Lines) > maxListLines {
		return nil, &Error{ErrorBadInput, "lay out manifest", "give it a number and its parcels", fmt.Errorf("number %q, %d parcels", m.Number, len(m.Lines))}
	}
	f, err := newFlow(KindManifest, m.Form, pr, func(f *flow) { f.heading("发货交接单 MANIFEST", m.Number) })
	if err != nil {
		return nil, err
	}
	f.facts([]pair{{"承运 Carrier", m.Carrier}, {"仓库 Warehouse", m.Warehouse}, {"车牌 Vehicle", m.Vehicle}})
	f.y += 10
	cols := []column{{"#", 60, right, ordinary}, {"运单 Waybill", 270, left, strong}, {"包裹 Parcel", 300, left, ordinary}, {"目的地 Destination", 220, left, ordinary}, {"重量 kg", 150, right, ordinary}}
	rows := make([][]string, 0, len(m.Lines))
	grams, unweighed := int64(0), 0
	cold := map[string]int{}
	for i, l := range m.Lines {
		if l.WeightG < 0 || l.WeightG > maxGrams {
			return nil, &Error{ErrorBadInput, "lay out manifest", "weigh the parcel again", fmt.Errorf("parcel %s weighs %d g", l.Waybill, l.WeightG)}
		}
		grams += l.WeightG
		cold[l.Temperature]++
		weight := kilograms(l.WeightG)
		if l.WeightG == 0 {
			weight = "–"
			unweighed++
		}
		rows = append(rows, []string{fmt.Sprint(i + 1), l.Waybill, joinNonEmpty("\n", l.Parcel, temperatureWord(l.Temperature)), l.Destination, weight})
	}
	f.rows("parcel", cols, rows)
	f.y += 12
	f.need(lineHeight(f.sheet.body) + 20 + 2*signatureHeight)
	f.paragraph("total", fmt.Sprintf("合计 Total: %d 件 parcels, %s  (冷冻 frozen %d, 冷藏 chilled %d)", len(rows), totalWeight(grams, unweighed, len(rows)), cold[Frozen], cold[Chilled]), f.sheet.body, true)
	f.y += 20
	f.blocks(signatureHeight, []pair{{"交出人 Handed over by", ""}, {"时间 Time", ""}, {"接收人 Received by", ""}, {"实收件数 Parcels received", ""}}, 2)
	return f.done(joinNonEmpty("  ", reprintMark(m.PrintNo), traceLine(m.Station, m.PrintedAt, m.Operator)))
}

// totalWeight says what the weighed ones of n parcels weigh, and how many nobody weighed.
func totalWeight(grams int64, unweighed, n int) string {
	switch unweighed {
	case 0:
		return kilograms(grams) + " kg"
	case n:
		return "未称重 not weighed"
	}
	return fmt.Sprintf("%s kg + %d 件未称重 not weighed", kilograms(grams), unweighed)
}

func exampleManifest() Document {
	m := Manifest{Number: "MF-20260314-SF-02", Carrier: "顺丰速运", Warehouse: "海口综保区 3 号仓", Vehicle: "琼A·12345", Station: "DOCK-01", Operator: "A007", PrintNo: 1, PrintedAt: exampleTime()}
	for i, d := range []string{"杭州西湖", "北京朝阳", "上海浦东", "成都武侯", "深圳南山"} {
		m.Lines = append(m.Lines, ManifestLine{Waybill: fmt.Sprintf("SF12345678901%02d", 20+i), Parcel: fmt.Sprintf("SH20260314%05d-1", 127+i), Destination: d, WeightG: int64(1200 + 731*i),
			Temperature: []string{Frozen, Ambient, Chilled}[i%3]})
	}
	return m
}
