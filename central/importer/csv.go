package importer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"pickstation/central"
	"pickstation/order"
)

// CSVHelp describes the columns of the project's own order table.
const CSVHelp = `        channel,external_id,sku,qty                      needed in every row
        name_zh,name_en,barcodes,location,lot,temp,      of the line; barcodes with spaces, CODE*12 counts twelve;
        weight_g,track,price,currency                    track: lot expiry serial weight, with spaces; price such as 12.50
        created_at,paid_at,promise                       of the order: 2026-01-31 14:30:00 or RFC 3339; unpaid if empty
        carrier,service,priority,tote,customs,           of the order
        complete,pack_check,urgent
        receiver_name,receiver_phone,receiver_country,   of the order
        receiver_province,receiver_city,
        receiver_district,receiver_street,receiver_postcode
      What is of the order stands in its first row; other rows may repeat it or leave it empty. An order with
      a broken row is rejected whole, for half an order must not be sent.`

var (
	csvNeed = []string{"channel", "external_id", "sku", "qty"}
	csvHead = []string{"created_at", "paid_at", "promise", "carrier", "service", "priority", "tote", "customs", "complete",
		"pack_check", "urgent", "receiver_name", "receiver_phone", "receiver_country", "receiver_province", "receiver_city",
		"receiver_district", "receiver_street", "receiver_postcode"}
	csvLine = []string{"name_zh", "name_en", "barcodes", "location", "lot", "temp", "weight_g", "track", "price", "currency"}
)

// csvOrder is an order as its rows are collected.
type csvOrder struct {
	pending
	head map[string]string // what the first row says of the order
	bad  bool              // a row of it was rejected
}

type csvFile struct {
	name     string
	zone     *time.Location
	res      *Result
	orders   map[[2]string]*csvOrder
	sequence []*csvOrder
}

// CSV imports the project's own order table; see [CSVHelp].
func CSV(ctx context.Context, svc *central.Service, files []string, opt Options) (Result, error) {
	res := Result{Rejected: []Rejection{}}
	zone, err := time.LoadLocation(opt.Zone) // "" is UTC
	if err != nil {
		return res, order.Errorf("bad_zone", "time zone %q is not known", opt.Zone).WithHint("use an IANA name such as Asia/Shanghai")
	}
	for _, name := range files {
		f := &csvFile{name: name, zone: zone, res: &res, orders: map[[2]string]*csvOrder{}}
		if err := f.readFile(opt); err != nil {
			return res, err
		}
		if err := f.send(ctx, svc, opt); err != nil {
			return res, err
		}
	}
	return res, nil
}

func (f *csvFile) readFile(opt Options) error {
	file, err := Open(f.name)
	if err != nil {
		return err
	}
	defer file.Close()
	return f.read(file, opt)
}

func (f *csvFile) read(r io.Reader, opt Options) error {
	t, err := openTable(r, csvNeed, append(csvHead[:len(csvHead):len(csvHead)], csvLine...))
	if err != nil {
		return err
	}
	for {
		rec, bad, err := t.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return (&order.Error{Code: "file", Op: "read " + f.name, Msg: "the file cannot be read to its end", Err: err}).
				WithHint("import it again; what was taken in is not taken twice")
		}
		f.res.Rows++
		if f.res.Rows%1000 == 0 {
			opt.progress(f.res.Rows)
		}
		if bad == nil {
			bad = f.take(rec)
		}
		if bad == nil {
			continue
		}
		f.res.reject(f.name, rec.no, bad.code, "%s", bad.message)
		if o := f.orders[keyOf(rec)]; o != nil {
			o.bad = true
		} else if rec.fields != nil && rec.get("external_id") != "" {
			f.begin(rec).bad = true
		}
	}
}

func keyOf(rec *row) [2]string { return [2]string{rec.get("channel"), rec.get("external_id")} }

func (f *csvFile) begin(rec *row) *csvOrder {
	o := &csvOrder{head: map[string]string{}}
	for _, name := range csvHead {
		o.head[name] = rec.get(name)
	}
	f.orders[keyOf(rec)], f.sequence = o, append(f.sequence, o)
	return o
}

func (f *csvFile) take(rec *row) *fault {
	key := keyOf(rec)
	if key[0] == "" || key[1] == "" {
		return &fault{"missing_key", "channel and external_id are needed"}
	}
	line, bad := f.line(rec)
	if bad != nil {
		return bad
	}
	o := f.orders[key]
	if o == nil {
		o = f.begin(rec)
		o.in.Channel, o.in.External = key[0], key[1]
		if bad := f.order(o); bad != nil {
			return bad
		}
	}
	for _, name := range csvHead {
		if v := rec.get(name); v != "" && v != o.head[name] {
			return &fault{"row_differs", fmt.Sprintf("%s differs from the order's first row", name)}
		}
	}
	o.in.Lines = append(o.in.Lines, line)
	o.rows, o.units = append(o.rows, rec.no), o.units+line.Qty
	return nil
}

func (f *csvFile) line(rec *row) (central.LineIn, *fault) {
	l := central.LineIn{SKU: order.SKU(rec.get("sku")), Name: order.Names{ZH: rec.get("name_zh"), EN: rec.get("name_en")},
		Location: order.LocationID(rec.get("location")), Lot: rec.get("lot"), Temp: order.Temp(rec.get("temp"))}
	if l.SKU == "" {
		return l, &fault{"missing_sku", "the row has no sku"}
	}
	var bad *fault
	if l.Qty, bad = number(rec, "qty"); bad != nil || l.Qty == 0 {
		return l, &fault{"bad_quantity", fmt.Sprintf("qty %.40q is not a whole number of at least 1", rec.get("qty"))}
	}
	if l.WeightG, bad = number(rec, "weight_g"); bad != nil {
		return l, bad
	}
	if l.Track, bad = tracking(rec.get("track")); bad != nil {
		return l, bad
	}
	for _, c := range strings.Fields(rec.get("barcodes")) {
		code, bad := itemCode(c)
		if bad != nil {
			return l, bad
		}
		l.Codes = append(l.Codes, code)
	}
	price := rec.get("price")
	if price == "" {
		return l, nil
	}
	minor, ok := parseAmount(price)
	if !ok || minor < 0 {
		return l, &fault{"bad_price", fmt.Sprintf("price %.40q is not like 12.50", price)}
	}
	l.Price = order.Money{Minor: minor, Currency: rec.get("currency")}
	return l, nil
}

// order reads what stands in the first row of an order.
func (f *csvFile) order(o *csvOrder) *fault {
	for _, t := range []struct {
		name string
		into *time.Time
	}{{"created_at", &o.in.CreatedAt}, {"paid_at", &o.in.PaidAt}, {"promise", &o.in.Promise}} {
		text := o.head[t.name]
		if text == "" {
			continue
		}
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			at, err = time.ParseInLocation(time.DateTime, text, f.zone)
		}
		if err != nil {
			return &fault{"bad_date", fmt.Sprintf("%s %.40q is not like 2026-01-31 14:30:00", t.name, text)}
		}
		*t.into = at.UTC()
	}
	for _, t := range []struct {
		name string
		into *bool
	}{{"complete", &o.in.Complete}, {"urgent", &o.in.Urgent}} {
		text := o.head[t.name]
		if !slices.Contains([]string{"", "true", "false"}, text) {
			return &fault{"bad_flag", fmt.Sprintf("%s %.40q is not true or false", t.name, text)}
		}
		*t.into = text == "true"
	}
	if text := o.head["priority"]; text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < -1_000_000 || n > 1_000_000 {
			return &fault{"bad_number", fmt.Sprintf("priority %.40q is not a whole number in range", text)}
		}
		o.in.Priority = n
	}
	h := o.head
	o.in.Carrier, o.in.Service, o.in.Tote = order.CarrierID(h["carrier"]), h["service"], h["tote"]
	o.in.Customs, o.in.PackCheck = order.CustomsMode(h["customs"]), order.PackCheck(h["pack_check"])
	o.in.Receiver = order.Receiver{Name: h["receiver_name"], Phone: h["receiver_phone"], Country: h["receiver_country"],
		Province: h["receiver_province"], City: h["receiver_city"], District: h["receiver_district"],
		Street: h["receiver_street"], Postcode: h["receiver_postcode"]}
	return nil
}

func (f *csvFile) send(ctx context.Context, svc *central.Service, opt Options) error {
	var all []*pending
	for _, o := range f.sequence {
		if o.bad {
			f.res.rejectRows(f.name, o.rows, "order_incomplete", "another row of this order was rejected")
			continue
		}
		o.in.Warehouse = opt.Warehouse
		if err := o.in.Validate(); err != nil {
			var known *order.Error
			if !errors.As(err, &known) {
				return err
			}
			f.res.rejectRows(f.name, o.rows, known.Code, known.Msg)
			continue
		}
		all = append(all, &o.pending)
	}
	return f.res.send(ctx, svc, f.name, all)
}
