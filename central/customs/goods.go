package customs

import (
	"cmp"
	"fmt"

	"pickstation/order"
)

// goods are the values of an inventory's line.
type goods struct {
	path, item, name, model, hs, barcode string
	unit, unit1, unit2                   string
	qty, qty1, qty2, price, total        Dec
}

// kilogram is the customs code of the unit in which most commodity codes are counted.
const kilogram = "035"

// goods gathers and checks what an inventory states of one kind of goods.
func (c *Case) goods(w *writer, path string, f *facts, i int) goods {
	d := &f.goods[i]
	g := goods{path: path + " line " + fmt.Sprint(d.Line), item: string(d.SKU), name: cmp.Or(d.Name.ZH, d.Name.EN),
		model: cmp.Or(d.Model, "无"), hs: d.HS}
	if len(g.item) > 30 {
		g.item = "" // optional, and worth nothing cut
	}
	if len(d.Code) >= 8 && len(d.Code) <= 14 && digits(d.Code) {
		g.barcode = d.Code
	}
	w.found.note(HS(g.path+" commodity code", d.HS))
	g.price, g.total = amount(d.Value/int64(d.Qty), f.currencyDigits), amount(d.Value, f.currencyDigits)
	if d.Value <= 0 {
		w.found.add(g.path, "", "has no price", "send the order with the price of every line")
	}
	if d.NetG <= 0 {
		w.found.add(g.path, "", "has no net weight", "add customs.net_g or weight_g to the article")
	}
	g.qty = times(int64(d.Qty), decOne)
	var err error
	g.unit, err = Unit(g.path+" unit", d.Unit)
	w.found.note(err)
	g.unit1, g.qty1 = c.statutory(w, &g, d, cmp.Or(d.Goods.Unit1, kilogram), d.Goods.Per1)
	if d.Goods.Unit2 != "" {
		g.unit2, g.qty2 = c.statutory(w, &g, d, d.Goods.Unit2, d.Goods.Per2)
	}
	return g
}

// statutory returns a statutory unit and the quantity in it.
func (c *Case) statutory(w *writer, g *goods, d *order.Declared, unit string, per int64) (string, Dec) {
	code, err := Unit(g.path+" statutory unit", unit)
	w.found.note(err)
	switch {
	case per > 0:
		return code, times(per*int64(d.Qty), decOne/1000)
	case code == kilogram:
		return code, kilograms(d.NetG)
	case code == g.unit && err == nil:
		return code, g.qty
	}
	w.found.add(g.path, unit, "is a statutory unit whose quantity in one piece is not known", "add customs.per1_milli or per2_milli to the article")
	return code, 0
}

// CheckGoods says what is wrong with goods as the order has them, before anything is
// picked: the codes that the regime's message or list needs.
func CheckGoods(regime order.CustomsMode, currencyCode string, lines []order.Line) []order.Refusal {
	var all []order.Refusal
	note := func(err error, do string) {
		if e, ok := err.(*order.Error); ok { //nolint:errorlint // the checks of this package return it bare
			all = append(all, order.Refusal{Code: e.Code, What: e.Msg, Do: cmp.Or(e.Hint, do)})
		}
	}
	_, _, err := Currency("currency", currencyCode)
	note(err, "")
	w := &writer{}
	c := &Case{}
	s := &order.Shipment{Customs: regime, Lines: lines}
	f := facts{goods: s.Declared()}
	_, f.currencyDigits, _ = Currency("", currencyCode)
	for i := range f.goods {
		g := c.goods(w, "order", &f, i)
		_, err := Country(g.path+" origin", f.goods[i].Origin)
		w.found.note(err)
	}
	for _, p := range w.found {
		all = append(all, order.Refusal{Code: "goods_data", What: p.String(), Do: p.Do})
	}
	return all
}
