package storetest

import (
	"fmt"

	"pickstation/central"
	"pickstation/central/customs"
	"pickstation/order"
)

// customsRows are the conflicts that customs are a party of. Each is ended by the scan at
// the bench, and its hold by customs' release or by whoever puts the order right.
var customsRows = []conflictRow{
	{name: "customs refuse the declaration of goods on the bench", customs: order.CustomsBonded,
		do:   func(f *floor) { f.own.pick(5); f.own.push(); f.said("100", 13) },
		told: []string{central.ExcCustomsStopped}, own: order.InstructStop,
		then: func(f *floor, now *central.Shipment) { f.stops(now, order.CustomsStopped) }},
	{name: "customs stop it, and release it", customs: order.CustomsBonded,
		do:   func(f *floor) { f.own.pick(5); f.own.push(); f.said("100", 13); f.said("800", 14) },
		told: []string{central.ExcCustomsStopped},
		then: func(f *floor, now *central.Shipment) { f.stops(now, ""); f.nothingOpen() }},
	{name: "customs hold goods that were handed over", customs: order.CustomsBonded,
		do:   func(f *floor) { f.own.pick(5); f.own.label(); f.own.dispatch(); f.own.push(); f.said("501", 13) },
		told: []string{central.ExcCustomsStopped}, own: order.InstructIntercept,
		then: func(f *floor, now *central.Shipment) { f.stops(now, order.CustomsStopped) }},
	{name: "customs stop it, and it is handed over without network", customs: order.CustomsBonded,
		do:   func(f *floor) { f.said("100", 13); f.own.pick(5); f.own.label(); f.own.dispatch() },
		told: []string{central.ExcCustomsStopped}, own: order.InstructIntercept},
	{name: "customs and a person stop it, and the person lets it go", customs: order.CustomsBonded,
		do: func(f *floor) {
			f.own.pick(5)
			f.own.push()
			f.said("100", 13)
			f.stop()
			f.release()
		},
		told: []string{central.ExcCustomsStopped}, own: order.InstructStop,
		then: func(f *floor, now *central.Shipment) { f.stops(now, order.CustomsStopped) }},
	{name: "customs stop it, and it is cancelled", customs: order.CustomsBonded,
		do:   func(f *floor) { f.own.pick(5); f.own.push(); f.said("100", 13); f.cancel() },
		told: []string{central.ExcCustomsStopped}, own: order.InstructPutBack},
	{name: "a rule of customs forbids the new address", customs: order.CustomsDutyFree,
		do:   func(f *floor) { f.own.pick(5); f.own.push(); f.readdress() },
		told: []string{central.ExcCustoms}, own: order.InstructStop,
		then: func(f *floor, now *central.Shipment) { f.stops(now, order.CustomsRefused) }},
	{name: "a rule of customs forbids the new address, and it is put right", customs: order.CustomsDutyFree,
		do:   func(f *floor) { f.own.pick(5); f.own.push(); f.readdress(); f.address(mainlander()) },
		told: []string{central.ExcCustoms},
		then: func(f *floor, now *central.Shipment) { f.stops(now, ""); f.nothingOpen() }},
	{name: "a person stops it, and it is handed over without network",
		do:   func(f *floor) { f.stop(); f.own.pick(5); f.own.label(); f.own.dispatch() },
		own:  order.InstructIntercept,
		then: func(f *floor, now *central.Shipment) { f.stops(now, order.Intercepted) }},
}

// mainlander receives what must not be mailed to Hainan.
func mainlander() order.Receiver {
	r := resident(1)
	r.Province, r.City, r.District = "浙江省", "杭州市", "西湖区"
	return r
}

// declare makes an order one that the rules of its regime allow. The number is a
// published example (GB 11643).
func declare(in *central.OrderIn, regime order.CustomsMode) {
	in.Customs, in.Carrier, in.Receiver = regime, "EMS", mainlander()
	for i := range in.Lines {
		in.Lines[i].Price, in.Lines[i].WeightG = order.Money{Minor: 1000, Currency: "CNY"}, 200
		in.Lines[i].Customs = &order.LineCustoms{HS: "0902302000", Origin: "JP", Model: "200 g", Unit: "盒", NetG: 180, Record: "R1", VATBP: 1300}
	}
	in.Declaration = &central.DeclarationIn{Buyer: customs.Buyer{Name: in.Receiver.Name, ID: "11010519491231002X"}, DepartedAt: noon}
}

// said lets customs say something of the shipment's inventory at an hour of the day.
func (f *floor) said(status string, hour int) {
	f.Helper()
	all, err := f.c.TakeReplies(f.Context(), central.By{Who: "port", Source: "api"}, fmt.Appendf(nil,
		`<CEB622Message><InventoryReturn><guid>G</guid><copNo>%s</copNo><invtNo>I1</invtNo><returnStatus>%s</returnStatus><returnTime>20260302%02d0000000</returnTime></InventoryReturn></CEB622Message>`,
		f.sh.ID, status, hour))
	if err != nil || len(all) != 1 || all[0].Outcome != central.ReplyApplied {
		f.Fatalf("%+v, %v", all, err)
	}
}

func (f *floor) stop() {
	f.Helper()
	if _, err := f.c.Stop(f.Context(), central.By{Who: "lead", Source: "api"}, f.id, "doubtful"); err != nil {
		f.Fatal(err)
	}
}

func (f *floor) release() {
	f.Helper()
	if _, err := f.c.Release(f.Context(), central.By{Who: "lead", Source: "api"}, f.id); err != nil {
		f.Fatal(err)
	}
}

// stops wants one kind of hold that stops the shipment, "" none.
func (f *floor) stops(now *central.Shipment, code order.HoldCode) {
	f.Helper()
	got := order.HoldCode("")
	if h := now.Stopped(); h != nil {
		got = h.Code
	}
	equal(f.T, "stopped by", got, code)
}

// nothingOpen wants no exception of the order to wait for a person.
func (f *floor) nothingOpen() {
	f.Helper()
	open, err := f.c.Exceptions(f.Context(), central.ExceptionFilter{Order: f.id})
	if err != nil || len(open) > 0 {
		f.Errorf("open: %+v, %v", open, err)
	}
}
