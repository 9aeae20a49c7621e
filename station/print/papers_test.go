package print

import (
	"strings"
	"testing"

	"pickstation/labels"
	"pickstation/order"
)

// exported is a paper of one picked parcel of fans for France.
func exported() (*Paper, *order.Parcel) {
	s := &order.Shipment{ID: "S1", Customs: order.CustomsExport,
		Lines: []order.Line{{No: 1, SKU: "FAN", Qty: 3, Picked: 3, Packed: 3, WeightG: 120, Name: order.Names{ZH: "团扇", EN: "Fan"},
			PriceEach: order.Money{Minor: 1938, Currency: "CNY"}, Customs: &order.LineCustoms{HS: "4421919090", Origin: "CN", Unit: "把", NetG: 110}}},
		Parcels: []order.Parcel{{No: 1, ID: "S1-1", WeightG: 400, Waybill: order.Waybill{Number: "RR473124829CN"}}}}
	paper := &Paper{Shipment: s, Receiver: order.Receiver{Name: "Marie", Country: "FR"}}
	paper.Policy.Shipper.Country = "CN"
	return paper, &s.Parcels[0]
}

func TestACustomsFormGivesTheSixDigitsAndTheUnitThatTheDestinationReads(t *testing.T) {
	paper, p := exported()
	w := NewWorker(Worker{})
	doc, err := w.customsForm(paper, p, &Job{Kind: order.PaperCustoms})
	if err != nil {
		t.Fatal(err)
	}
	if it := doc.(labels.CN23).Items[0]; it.HS != "442191" || it.Unit != "pcs" {
		t.Errorf("HS %s, unit %s", it.HS, it.Unit)
	}
	doc, err = w.invoice(paper, p, &Job{Kind: order.PaperInvoice})
	if err != nil {
		t.Fatal(err)
	}
	if l := doc.(labels.Invoice).Lines[0]; l.Unit != "pcs" || l.HS != "4421919090" {
		t.Errorf("invoice: unit %s, HS %s", l.Unit, l.HS)
	}
}

// What is on the paper is what the centre declares: catalogue and tare_g, else the scale.
func TestTheGrossWeightIsTheScalesElseTheDeclarantsElseNone(t *testing.T) {
	paper, p := exported()
	s := paper.Shipment
	for _, c := range []struct {
		scale, tare, unit int
		want              int64
	}{{400, 120, 120, 400}, {0, 120, 120, 480}, {0, 0, 120, 0}, {0, 120, 0, 0}} {
		p.WeightG, s.Lines[0].WeightG, s.Declare = c.scale, c.unit, &order.Declaration{TareG: c.tare}
		if got := gross(s, p); got != c.want {
			t.Errorf("%+v: %d g", c, got)
		}
	}
}

// The UPU's addressing standard S42 writes the country's name, in capitals, not its code.
func TestAnAddressAbroadEndsWithTheCountrysName(t *testing.T) {
	for code, want := range map[string]string{"FR": "FRANCE", "GB": "UNITED KINGDOM", "CN": "CHINA", "HK": "HONG KONG, CHINA",
		"TW": "TAIWAN, CHINA", "JAPAN": "JAPAN", "ZZ": "ZZ", "": "", "??": "??", "日本": "日本"} {
		if got := strings.Join(labels.Party{Country: code}.Lines(), "|"); got != want {
			t.Errorf("%q: %q, want %q", code, got, want)
		}
	}
}

// What was scanned into the box stands on its packing list, and is none of its goods.
func TestWhatWasScannedIntoABoxStandsOnItsPackingList(t *testing.T) {
	paper, p := exported()
	paper.Policy.Inserts = []order.Insert{{Name: order.Names{ZH: "感谢卡", EN: "thank-you card"}, Code: "CARD-1"}, {Name: order.Names{EN: "leaflet"}, Code: "LEAF"}}
	w := &Worker{}
	goods := len(w.packingList(paper, p, &Job{Kind: order.PaperPackingList}).(labels.PackingList).Lines)
	p.Inserts = []string{"CARD-1"}
	lines := w.packingList(paper, p, &Job{Kind: order.PaperPackingList}).(labels.PackingList).Lines
	if n := len(lines); n != goods+1 || lines[n-1].Name != "thank-you card" || lines[n-1].Qty != 1 || !lines[n-1].Enclosed {
		t.Fatalf("lists %+v", lines)
	}
}
