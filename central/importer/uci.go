package importer

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"strconv"
	"strings"
	"time"

	"pickstation/central"
	"pickstation/order"
)

// UCIChannel is the channel of orders from the UCI Online Retail data set.
const UCIChannel = "uci"

// DefaultUCIZone is where that shop keeps its clock.
const DefaultUCIZone = "Europe/London"

const gbp = "GBP"

var uciColumns = []string{"invoiceno", "stockcode", "description", "quantity", "invoicedate", "unitprice", "customerid", "country"}

// uciFile collects one file: invoices in the order of their first row.
type uciFile struct {
	name     string
	zone     *time.Location
	res      *Result
	invoices map[string]*invoice
	sequence []*invoice
	products map[order.SKU]*order.Product
	skus     []order.SKU
}

type invoice struct {
	pending
	credit bool // its number begins with C
	back   []central.ReturnLine
}

// UCI imports files of the UCI Online Retail data set: an invoice is an order; goods
// are codes that begin with five digits or DCGS, everything else is a charge;
// C-invoices become returns without an order, for the data does not say which one
// they belong to; a negative quantity elsewhere is a stock adjustment. The orders are
// paid. Catalogue entries (barcode = StockCode) and a place for each, made from the
// code's hash, are added where there are none; receivers are made up.
func UCI(ctx context.Context, svc *central.Service, files []string, opt Options) (Result, error) {
	res := Result{Rejected: []Rejection{}}
	if opt.Zone == "" {
		opt.Zone = DefaultUCIZone
	}
	zone, err := time.LoadLocation(opt.Zone)
	if err != nil {
		return res, order.Errorf("bad_zone", "time zone %q is not known", opt.Zone).WithHint("use an IANA name such as %s", DefaultUCIZone)
	}
	if err := britishPolicy(ctx, svc, opt); err != nil {
		return res, err
	}
	for _, name := range files {
		u := &uciFile{name: name, zone: zone, res: &res, invoices: map[string]*invoice{}, products: map[order.SKU]*order.Product{}}
		if err := u.readFile(opt); err != nil {
			return res, err
		}
		if err := u.store(ctx, svc, opt); err != nil {
			return res, err
		}
	}
	return res, nil
}

// britishPolicy puts the warehouse in Britain unless a person has set its policy.
func britishPolicy(ctx context.Context, svc *central.Service, opt Options) error {
	p := order.DefaultPolicy()
	p.Warehouse, p.Zone, p.Lang = opt.Warehouse, opt.Zone, "en"
	p.Shipper = order.Sender{Name: "Online Retail (UCI sample)", Phone: "01632 960001",
		Address: "1 Example Yard, London, EC1A 1AA", Country: "GB"}
	return svc.SetPolicy(ctx, p, true)
}

func (u *uciFile) readFile(opt Options) error {
	f, err := Open(u.name)
	if err != nil {
		return err
	}
	defer f.Close()
	return u.read(f, opt)
}

func (u *uciFile) read(r io.Reader, opt Options) error {
	t, err := openTable(r, uciColumns, nil)
	if err != nil {
		return err
	}
	for {
		rec, bad, err := t.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return (&order.Error{Code: "file", Op: "read " + u.name, Msg: "the file cannot be read to its end", Err: err}).
				WithHint("import it again; what was taken in is not taken twice")
		}
		u.res.Rows++
		if u.res.Rows%1000 == 0 {
			opt.progress(u.res.Rows)
		}
		if bad == nil {
			bad = u.take(rec)
		}
		if bad != nil {
			u.res.reject(u.name, rec.no, bad.code, "%s", bad.message)
		}
	}
}

// uciRow is one row, read.
type uciRow struct {
	no    int
	code  string
	name  string
	qty   int
	price int64
	at    time.Time
}

func (u *uciFile) take(rec *row) *fault {
	number := strings.ToUpper(rec.get("invoiceno"))
	if number == "" {
		return &fault{"missing_invoice", "the row has no invoice number"}
	}
	r, bad := u.parse(rec)
	if bad != nil {
		return bad
	}
	credit := strings.HasPrefix(number, "C")
	if r.qty < 0 && !credit {
		return &fault{"stock_adjustment", fmt.Sprintf("invoice %s: quantity %d of %s is a correction of stock, not an order", number, r.qty, r.code)}
	}
	if r.qty == 0 || credit && r.qty > 0 {
		return &fault{"bad_quantity", fmt.Sprintf("invoice %s: quantity %d of %s", number, r.qty, r.code)}
	}
	inv := u.invoices[number]
	if inv == nil {
		inv = &invoice{credit: credit}
		inv.in = central.OrderIn{Channel: UCIChannel, External: number, CreatedAt: r.at, PaidAt: r.at, Receiver: britishReceiver(number)}
		u.invoices[number], u.sequence = inv, append(u.sequence, inv)
	}
	return u.add(inv, r)
}

func (u *uciFile) parse(rec *row) (uciRow, *fault) {
	r := uciRow{no: rec.no, code: strings.ToUpper(rec.get("stockcode")), name: rec.get("description")}
	if r.code == "" || len(r.code) > 32 {
		return r, &fault{"bad_stock_code", fmt.Sprintf("stock code %.40q", r.code)}
	}
	var err error
	if r.qty, err = strconv.Atoi(rec.get("quantity")); err != nil || r.qty > 1_000_000 || r.qty < -1_000_000 {
		return r, &fault{"bad_quantity", fmt.Sprintf("quantity %.40q is not a whole number in range", rec.get("quantity"))}
	}
	var ok bool
	if r.price, ok = parseAmount(rec.get("unitprice")); !ok || r.price > 100_000_000 || r.price < -100_000_000 {
		return r, &fault{"bad_price", fmt.Sprintf("price %.40q is not an amount in pounds and pence", rec.get("unitprice"))}
	}
	for _, layout := range []string{time.DateTime, "1/2/2006 15:04", "2006-01-02T15:04:05"} {
		if r.at, err = time.ParseInLocation(layout, rec.get("invoicedate"), u.zone); err == nil {
			break
		}
	}
	if err != nil || r.at.Year() < 1990 || r.at.Year() > 2200 {
		return r, &fault{"bad_date", fmt.Sprintf("date %.40q is not like 2010-12-01 08:26:00", rec.get("invoicedate"))}
	}
	r.at = r.at.UTC()
	return r, nil
}

// goods says whether a code is an article: it begins with five digits or DCGS.
func goods(code string) bool {
	if strings.HasPrefix(code, "DCGS") {
		return true
	}
	for i := range 5 {
		if i >= len(code) || code[i] < '0' || code[i] > '9' {
			return false
		}
	}
	return true
}

func (u *uciFile) add(inv *invoice, r uciRow) *fault {
	article := goods(r.code)
	name := order.Names{EN: r.name}
	if name.EN == "" {
		name.EN = r.code
	}
	switch {
	case inv.credit:
		inv.rows = append(inv.rows, r.no)
		inv.back = append(inv.back, central.ReturnLine{SKU: order.SKU(r.code), Name: name, Qty: -r.qty,
			PriceEach: order.Money{Minor: r.price, Currency: gbp}, Charge: !article})
	case !article:
		inv.money = append(inv.money, r.no)
		inv.in.Charges = append(inv.in.Charges, central.ChargeIn{Code: r.code, Name: name.EN,
			Amount: order.Money{Minor: r.price * int64(r.qty), Currency: gbp}})
	case r.price < 0:
		return &fault{"bad_price", fmt.Sprintf("article %s has a negative price", r.code)}
	default:
		inv.rows, inv.units = append(inv.rows, r.no), inv.units+r.qty
		inv.in.Lines = append(inv.in.Lines, central.LineIn{SKU: order.SKU(r.code), Name: name, Qty: r.qty,
			Price: order.Money{Minor: r.price, Currency: gbp}})
		u.know(order.SKU(r.code), r.name)
	}
	return nil
}

// know notes a catalogue entry; the first description that is not empty names it.
func (u *uciFile) know(sku order.SKU, name string) {
	p := u.products[sku]
	if p == nil {
		p = &order.Product{SKU: sku, Codes: []order.ItemCode{{Key: order.CodeKey(string(sku))}}, Home: placeOf(sku).ID}
		u.products[sku], u.skus = p, append(u.skus, sku)
	}
	if p.Name.EN == "" {
		p.Name.EN = name
	}
}

// placeOf makes a place from a code's hash: zone A to F, bay 01 to 20, level 1 to 5.
// The walk goes zone by zone, bay by bay.
func placeOf(sku order.SKU) order.Location {
	h := fnv.New32a()
	_, _ = h.Write([]byte(sku)) // a hash takes anything
	n := int(h.Sum32() % 600)
	zone, bay, level := n/100, n/5%20+1, n%5+1
	return order.Location{ID: order.LocationID(fmt.Sprintf("%c-%02d-%d", 'A'+zone, bay, level)),
		Zone: string(rune('A' + zone)), Walk: n + 1}
}

func (u *uciFile) store(ctx context.Context, svc *central.Service, opt Options) error {
	if err := u.storeCatalogue(ctx, svc, opt); err != nil {
		return err
	}
	var orders []*pending
	for _, inv := range u.sequence {
		switch {
		case inv.credit:
			if err := u.storeReturn(ctx, svc, inv); err != nil {
				return err
			}
		case len(inv.in.Lines) == 0:
			u.res.rejectRows(u.name, inv.money, "no_goods", "invoice "+inv.in.External+" has charges only; there is nothing to send")
		default:
			inv.in.Warehouse = opt.Warehouse
			orders = append(orders, &inv.pending)
		}
	}
	return u.res.send(ctx, svc, u.name, orders)
}

func (u *uciFile) storeCatalogue(ctx context.Context, svc *central.Service, opt Options) error {
	var products []order.Product
	var places []order.Location
	seen := map[order.LocationID]bool{}
	for _, sku := range u.skus {
		p := u.products[sku]
		if p.Name.EN == "" {
			p.Name.EN = string(sku)
		}
		products = append(products, *p)
		if place := placeOf(sku); !seen[place.ID] {
			seen[place.ID] = true
			places = append(places, place)
		}
	}
	n, err := svc.AddLocations(ctx, opt.Warehouse, places)
	if err != nil {
		return err
	}
	u.res.Locations += n
	n, err = svc.AddProducts(ctx, opt.Warehouse, products)
	u.res.Products += n
	return err
}

func (u *uciFile) storeReturn(ctx context.Context, svc *central.Service, inv *invoice) error {
	_, outcome, err := svc.RequestReturn(ctx, central.By{Who: "import", Source: "intake"}, central.ReturnIn{
		Channel: UCIChannel, External: inv.in.External, Reason: "credit note", CreatedAt: inv.in.CreatedAt, Lines: inv.back})
	var known *order.Error
	if errors.As(err, &known) {
		u.res.rejectRows(u.name, inv.rows, known.Code, known.Msg)
		return nil
	}
	if err != nil {
		return err
	}
	u.res.Returns++
	u.res.ReturnRows += len(inv.rows)
	if outcome == central.OutcomeNew {
		u.res.ReturnsNew++
	}
	return nil
}

var (
	firstNames = []string{"Amelia", "Oliver", "Isla", "George", "Ava", "Arthur", "Freya", "Noah", "Ivy", "Harry", "Grace", "Theo"}
	lastNames  = []string{"Ashdown", "Birchall", "Carden", "Dunmore", "Elsworth", "Fairley", "Garside", "Holcombe", "Ingleby", "Kershaw", "Lonsdale", "Marlow"}
	streets    = []string{"Example Road", "Sample Street", "Specimen Lane", "Placeholder Close", "Template Terrace", "Model Avenue"}
	towns      = []struct{ town, county, area string }{
		{"London", "Greater London", "EC1A"}, {"Leeds", "West Yorkshire", "LS1"}, {"Bristol", "Bristol", "BS1"},
		{"Norwich", "Norfolk", "NR1"}, {"Exeter", "Devon", "EX1"}, {"York", "North Yorkshire", "YO1"},
		{"Cardiff", "South Glamorgan", "CF10"}, {"Glasgow", "Lanarkshire", "G1"},
	}
)

// britishReceiver makes up an addressee from an invoice number. The phone number is of
// the range that Ofcom keeps free for drama (07700 900000 to 900999).
func britishReceiver(number string) order.Receiver {
	h := fnv.New64a()
	_, _ = h.Write([]byte(number)) // a hash takes anything
	n := int(h.Sum64() >> 1 & (1<<62 - 1))
	pick := func(size int) int {
		v := n % size
		n /= size
		return v
	}
	town := towns[pick(len(towns))]
	r := order.Receiver{Country: "GB", Province: town.county, City: town.town}
	r.Name = firstNames[pick(len(firstNames))] + " " + lastNames[pick(len(lastNames))]
	r.Street = strconv.Itoa(1+pick(199)) + " " + streets[pick(len(streets))]
	r.Phone = fmt.Sprintf("07700 900%03d", pick(1000))
	const inward = "ABDEFGHJLNPQRSTUWXYZ" // letters that the Post Office uses there
	r.Postcode = fmt.Sprintf("%s %d%c%c", town.area, pick(10), inward[pick(len(inward))], inward[pick(len(inward))])
	return r
}
