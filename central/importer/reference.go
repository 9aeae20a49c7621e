package importer

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"pickstation/central"
	"pickstation/order"
)

// TableResult is what an import of reference data came to.
type TableResult struct {
	Rows     int         `json:"rows"`
	Changed  int         `json:"changed"` // new or other than before
	Rejected []Rejection `json:"rejected"`
}

// Columns of the reference tables, for --help.
const (
	OperatorsHelp = "id, name, badge (the code on the badge; only a keyed hash of it is stored),\n" +
		"roles (picker packer lead returns count, with spaces), pin (4 to 8 digits; only an argon2id verifier is stored,\n" +
		"an empty one keeps none), lang (zh, en, or one of which the benches have a file), valid_until (2026-12-31), disabled (true).\n" +
		"JSON: an array of objects with the same names, roles as an array."
	CatalogueHelp = "sku, name_zh, name_en, codes (barcodes with spaces; CODE*12 counts twelve),\n" +
		"home (location), temp (chilled or frozen), weight_g, spread_g, min_life_days (least shelf life left), track (lot expiry serial weight, with spaces),\n" +
		"scan (check: one scan stands for all units of a line; once: one scan, then how many),\n" +
		"pack_rank (into the box in this order, ascending).\n" +
		"JSON: an array of objects {sku, name:{zh,en}, codes:[{key,mult}], home, temp, weight_g, spread_g, min_life_days, track:{lot,expiry,serial}}."
	LocationsHelp = "id (as printed on its label), zone, walk (place in the pick path), temp.\n" +
		"JSON: an array of objects with the same names."
)

// readAll reads reference data of one kind from files: CSV by fromRow, JSON by fromJSON.
func readAll[T any](files []string, res *TableResult, need, known []string, fromRow func(*row) (T, *fault),
	fromJSON func(json.RawMessage) (T, error)) ([]T, error) {
	var all []T
	for _, name := range files {
		f, err := Open(name)
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(io.LimitReader(f, maxJSON))
		if err = errors.Join(err, f.Close()); err != nil {
			return nil, (&order.Error{Code: "file", Op: "read " + name, Msg: "the file cannot be read", Err: err}).WithHint("import it again")
		}
		reject := func(row int, code, message string) {
			res.Rejected = append(res.Rejected, Rejection{Row: row, Code: code, Message: message, File: filepath.Base(name)})
		}
		if trimmed := bytes.TrimSpace(data); len(trimmed) > 0 && trimmed[0] == '[' {
			var list []json.RawMessage
			if err := json.Unmarshal(trimmed, &list); err != nil {
				return nil, (&order.Error{Code: "bad_json", Op: "read " + name, Msg: "not a JSON array", Err: err}).WithHint("correct the file")
			}
			for i, raw := range list {
				res.Rows++
				v, err := fromJSON(raw)
				if err != nil {
					reject(i+1, "bad_row", err.Error())
					continue
				}
				all = append(all, v)
			}
			continue
		}
		t, err := openTable(bytes.NewReader(data), need, known)
		if err != nil {
			return nil, err
		}
		for {
			rec, bad, err := t.next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return nil, err
			}
			res.Rows++
			var v T
			if bad == nil {
				v, bad = fromRow(rec)
			}
			if bad != nil {
				reject(rec.no, bad.code, bad.message)
				continue
			}
			all = append(all, v)
		}
	}
	return all, nil
}

func strict(raw json.RawMessage, into any) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	return dec.Decode(into)
}

// storeParts stores in transactions of a bounded size.
func storeParts[T any](all []T, store func([]T) (int, error)) (changed int, err error) {
	for len(all) > 0 {
		part := all[:min(1000, len(all))]
		all = all[len(part):]
		n, err := store(part)
		changed += n
		if err != nil {
			return changed, err
		}
	}
	return changed, nil
}

// Operators imports people. Badges are hashed at once and not kept.
func Operators(ctx context.Context, svc *central.Service, files []string, warehouse string) (TableResult, error) {
	res := TableResult{Rejected: []Rejection{}}
	all, err := readAll(files, &res, []string{"id", "name", "badge"}, []string{"roles", "pin", "lang", "valid_until", "disabled"},
		operatorRow, func(raw json.RawMessage) (central.Badge, error) {
			var in struct {
				ID         string   `json:"id"`
				Name       string   `json:"name"`
				Badge      string   `json:"badge"`
				Roles      []string `json:"roles"`
				PIN        string   `json:"pin"`
				Lang       string   `json:"lang"`
				ValidUntil string   `json:"valid_until"`
				Disabled   bool     `json:"disabled"`
			}
			if err := strict(raw, &in); err != nil {
				return central.Badge{}, err
			}
			b, bad := operator(in.ID, in.Name, in.Badge, in.PIN, in.Roles, in.Lang, in.ValidUntil, in.Disabled)
			return b, bad.err()
		})
	if err != nil {
		return res, err
	}
	res.Changed, err = storeParts(all, func(part []central.Badge) (int, error) { return svc.PutOperators(ctx, warehouse, part) })
	return res, err
}

func (f *fault) err() error {
	if f == nil {
		return nil
	}
	return errors.New(f.message)
}

func operatorRow(r *row) (central.Badge, *fault) {
	disabled := r.get("disabled")
	if disabled != "" && disabled != "true" && disabled != "false" {
		return central.Badge{}, &fault{"bad_disabled", fmt.Sprintf("disabled %.40q is not true or false", disabled)}
	}
	return operator(r.get("id"), r.get("name"), r.get("badge"), r.get("pin"), strings.Fields(r.get("roles")), r.get("lang"), r.get("valid_until"), disabled == "true")
}

func operator(id, name, badge, pin string, roles []string, lang, until string, disabled bool) (central.Badge, *fault) {
	b := central.Badge{Badge: badge, PIN: pin}
	b.ID, b.Name, b.Lang, b.Disabled = order.OperatorID(id), name, lang, disabled
	switch {
	case id == "" || name == "" || badge == "":
		return b, &fault{"missing_field", "id, name and badge are needed"}
	case len(id) > 64 || len(name) > 200 || len(badge) > 200:
		return b, &fault{"too_long", "id, name or badge is too long"}
	case pin != "" && !order.IsPIN(pin):
		return b, &fault{"bad_pin", fmt.Sprintf("a PIN has %d to %d digits", order.MinPIN, order.MaxPIN)}
	case lang != "" && !order.IsLanguage(lang):
		return b, &fault{"bad_lang", fmt.Sprintf("lang %.40q is no language code such as zh, en or vi", lang)}
	}
	if len(roles) == 0 {
		roles = []string{string(order.RolePicker)}
	}
	for _, r := range roles {
		switch order.Role(r) {
		case order.RolePicker, order.RolePacker, order.RoleLead, order.RoleReturns, order.RoleCount:
			b.Roles = append(b.Roles, order.Role(r))
		default:
			return b, &fault{"bad_role", fmt.Sprintf("role %.40q is not picker, packer, lead, returns or count", r)}
		}
	}
	if until != "" {
		day, err := time.Parse(time.DateOnly, until)
		if err != nil {
			return b, &fault{"bad_date", fmt.Sprintf("valid_until %.40q is not like 2026-12-31", until)}
		}
		b.ValidUntil = day.AddDate(0, 0, 1) // the day itself is the last one
	}
	return b, nil
}

// Catalogue imports what barcodes are.
func Catalogue(ctx context.Context, svc *central.Service, files []string, warehouse string) (TableResult, error) {
	res := TableResult{Rejected: []Rejection{}}
	all, err := readAll(files, &res, []string{"sku"},
		[]string{"name_zh", "name_en", "codes", "home", "temp", "weight_g", "spread_g", "min_life_days", "track", "scan", "pack_rank"}, productRow,
		func(raw json.RawMessage) (order.Product, error) {
			var p order.Product
			if err := strict(raw, &p); err != nil {
				return p, err
			}
			for i := range p.Codes {
				p.Codes[i].Key = order.CodeKey(p.Codes[i].Key)
			}
			return p, checkProduct(&p).err()
		})
	if err != nil {
		return res, err
	}
	res.Changed, err = storeParts(all, func(part []order.Product) (int, error) { return svc.PutProducts(ctx, warehouse, part) })
	return res, err
}

func productRow(r *row) (order.Product, *fault) {
	p := order.Product{SKU: order.SKU(r.get("sku")), Name: order.Names{ZH: r.get("name_zh"), EN: r.get("name_en")},
		Home: order.LocationID(r.get("home")), Temp: order.Temp(r.get("temp"))}
	for _, c := range strings.Fields(r.get("codes")) {
		code, bad := itemCode(c)
		if bad != nil {
			return p, bad
		}
		p.Codes = append(p.Codes, code)
	}
	var bad *fault
	if p.WeightG, bad = number(r, "weight_g"); bad != nil {
		return p, bad
	}
	if p.SpreadG, bad = number(r, "spread_g"); bad != nil {
		return p, bad
	}
	if p.MinLife, bad = number(r, "min_life_days"); bad != nil {
		return p, bad
	}
	if p.PackRank, bad = number(r, "pack_rank"); bad != nil {
		return p, bad
	}
	if p.Scan = order.ScanClass(r.get("scan")); !p.Scan.Known() {
		return p, &fault{"bad_scan", fmt.Sprintf("scan %.40q is neither check nor once", r.get("scan"))}
	}
	if p.Track, bad = tracking(r.get("track")); bad != nil {
		return p, bad
	}
	return p, checkProduct(&p)
}

func itemCode(text string) (order.ItemCode, *fault) {
	key, mult, many := strings.Cut(text, "*")
	c := order.ItemCode{Key: order.CodeKey(key)}
	if many {
		n, err := strconv.Atoi(mult)
		if err != nil || n < 1 || n > 100_000 {
			return c, &fault{"bad_code", fmt.Sprintf("barcode %.60q: the count after * is not between 1 and 100000", text)}
		}
		c.Mult = n
	}
	return c, nil
}

func number(r *row, column string) (int, *fault) {
	text := r.get(column)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > 1_000_000_000 {
		return 0, &fault{"bad_number", fmt.Sprintf("%s %.40q is not a whole number in range", column, text)}
	}
	return n, nil
}

func tracking(text string) (order.Tracking, *fault) {
	t, err := order.ParseTracking(strings.Fields(text))
	if err != nil {
		return t, &fault{"bad_track", err.Error()}
	}
	return t, nil
}

func checkProduct(p *order.Product) *fault {
	switch {
	case p.SKU == "" || len(p.SKU) > 64:
		return &fault{"bad_sku", fmt.Sprintf("sku %.80q", string(p.SKU))}
	case p.Temp != order.Ambient && !p.Temp.Cold():
		return &fault{"bad_temperature", fmt.Sprintf("temp %.40q is not chilled or frozen", string(p.Temp))}
	case p.WeightG < 0 || p.SpreadG < 0 || p.MinLife < 0:
		return &fault{"bad_number", "a weight is negative"}
	case len(p.Codes) > central.MaxCodes:
		return &fault{"too_many_codes", fmt.Sprintf("%d barcodes, at most %d", len(p.Codes), central.MaxCodes)}
	}
	for _, c := range p.Codes {
		if c.Key == "" || len(c.Key) > 200 || c.Mult < 0 {
			return &fault{"bad_code", fmt.Sprintf("barcode %.60q", c.Key)}
		}
	}
	if len(p.Codes) == 0 {
		p.Codes = []order.ItemCode{{Key: order.CodeKey(string(p.SKU))}}
	}
	return nil
}

// Locations imports places.
func Locations(ctx context.Context, svc *central.Service, files []string, warehouse string) (TableResult, error) {
	res := TableResult{Rejected: []Rejection{}}
	all, err := readAll(files, &res, []string{"id"}, []string{"zone", "walk", "temp"},
		func(r *row) (order.Location, *fault) {
			l := order.Location{ID: order.LocationID(r.get("id")), Zone: r.get("zone"), Temp: order.Temp(r.get("temp"))}
			var bad *fault
			if l.Walk, bad = number(r, "walk"); bad != nil {
				return l, bad
			}
			return l, checkLocation(&l)
		},
		func(raw json.RawMessage) (order.Location, error) {
			var l order.Location
			if err := strict(raw, &l); err != nil {
				return l, err
			}
			return l, checkLocation(&l).err()
		})
	if err != nil {
		return res, err
	}
	res.Changed, err = storeParts(all, func(part []order.Location) (int, error) { return svc.PutLocations(ctx, warehouse, part) })
	return res, err
}

func checkLocation(l *order.Location) *fault {
	switch {
	case l.ID == "" || len(l.ID) > 64:
		return &fault{"bad_location", fmt.Sprintf("location %.80q", string(l.ID))}
	case l.Walk < 0:
		return &fault{"bad_number", "walk is negative"}
	case l.Temp != order.Ambient && !l.Temp.Cold():
		return &fault{"bad_temperature", fmt.Sprintf("temp %.40q is not chilled or frozen", string(l.Temp))}
	}
	return nil
}
