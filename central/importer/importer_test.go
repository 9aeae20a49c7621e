package importer_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"pickstation/central"
	"pickstation/central/centraltest"
	"pickstation/central/importer"
	"pickstation/order"
)

func uciFiles(t *testing.T) []string {
	t.Helper()
	root := os.Getenv("PICKSTATION_TESTDATA")
	if root == "" {
		t.Skip("PICKSTATION_TESTDATA is not set: it names the folder with orders-uci")
	}
	files, err := filepath.Glob(filepath.Join(root, "orders-uci", "*.csv"))
	if err != nil || len(files) != 9 {
		t.Fatalf("%d files in %s, want nine (%v)", len(files), root, err)
	}
	return files
}

// expected is what a file holds, counted in another way than the importer does:
// rows are sorted into bins by the words of contracts.md.
type expected struct {
	rows, units  int
	orders       map[string][]string // "SKU quantity pence" of each line, in the file's order
	charges      map[string]int      // minor units by invoice
	chargeRows   int
	returns      map[string]int // rows of C-invoices
	adjustments  map[int]bool   // line numbers of the file
	onlyCharges  map[int]bool
	distinctSKUs map[string]bool
}

func count(t *testing.T, file string) expected {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	e := expected{orders: map[string][]string{}, charges: map[string]int{}, returns: map[string]int{},
		adjustments: map[int]bool{}, onlyCharges: map[int]bool{}, distinctSKUs: map[string]bool{}}
	chargeLines := map[string][]int{}
	for i, rec := range all[1:] {
		e.rows++
		invoice, sku := rec[0], strings.ToUpper(rec[1])
		qty, err1 := strconv.Atoi(rec[3])
		price, err2 := strconv.ParseFloat(rec[5], 64)
		if err1 != nil || err2 != nil {
			t.Fatalf("%s row %d: %v %v", file, i+2, err1, err2)
		}
		pence := int(math.Round(price * 100))
		isGoods := strings.HasPrefix(sku, "DCGS") || len(sku) >= 5 && strings.Trim(sku[:5], "0123456789") == ""
		switch {
		case invoice[0] == 'C':
			e.returns[invoice]++
		case qty < 0:
			e.adjustments[i+2] = true
		case isGoods:
			e.orders[invoice] = append(e.orders[invoice], fmt.Sprintf("%s %d %d", sku, qty, pence))
			e.units += qty
			e.distinctSKUs[sku] = true
		default:
			e.charges[invoice] += pence * qty
			chargeLines[invoice] = append(chargeLines[invoice], i+2)
		}
	}
	for invoice, lines := range chargeLines {
		if e.orders[invoice] == nil {
			for _, l := range lines {
				e.onlyCharges[l] = true
			}
			delete(e.charges, invoice)
			continue
		}
		e.chargeRows += len(lines)
	}
	return e
}

func TestEveryRowOfTheNineFilesIsAccountedFor(t *testing.T) {
	c := centraltest.New(t)
	for _, file := range uciFiles(t) {
		want := count(t, file)
		got, err := importer.UCI(t.Context(), c.Service, []string{file}, importer.Options{Warehouse: "main"})
		if err != nil {
			t.Fatal(err)
		}
		lines, returnRows := 0, 0
		for _, l := range want.orders {
			lines += len(l)
		}
		for _, n := range want.returns {
			returnRows += n
		}
		name := filepath.Base(file)
		same(t, name, []int{got.Rows, got.Orders, got.New, got.Lines, got.Units, got.Charges, got.Returns, got.ReturnRows, got.Updated + got.Unchanged},
			[]int{want.rows, len(want.orders), len(want.orders), lines, want.units, want.chargeRows, len(want.returns), returnRows, 0})
		same(t, name+" rows in one place each", got.Lines+got.Charges+got.ReturnRows+len(got.Rejected), got.Rows)
		for _, r := range got.Rejected {
			bin := map[string]map[int]bool{"stock_adjustment": want.adjustments, "no_goods": want.onlyCharges}[r.Code]
			if !bin[r.Row] || r.File != name || r.Message == "" {
				t.Errorf("%s: unexpected rejection %+v", name, r)
			}
			delete(bin, r.Row)
		}
		same(t, name+" rows that were not rejected", len(want.adjustments)+len(want.onlyCharges), 0)
		for invoice, lines := range want.orders {
			checkOrder(t, c, invoice, lines, want.charges[invoice])
		}
		again, err := importer.UCI(t.Context(), c.Service, []string{file}, importer.Options{Warehouse: "main"})
		if err != nil {
			t.Fatal(err)
		}
		same(t, name+" again", []int{again.New, again.Updated, again.Unchanged, again.ReturnsNew, again.Products, again.Locations},
			[]int{0, 0, len(want.orders), 0, 0, 0})
	}
	p, err := c.Policy(t.Context(), "main")
	if err != nil || p.Zone != "Europe/London" {
		t.Errorf("policy %+v, %v", p, err)
	}
}

func checkOrder(t *testing.T, c *centraltest.Centre, invoice string, lines []string, charges int) {
	t.Helper()
	v, err := c.Find(t.Context(), central.By{Channel: importer.UCIChannel}, invoice)
	if err != nil {
		t.Fatalf("invoice %s: %v", invoice, err)
	}
	sum := charges
	var got []string
	for i, l := range v.Shipments[0].Lines {
		got = append(got, fmt.Sprintf("%s %d %d", l.SKU, l.Qty, l.PriceEach.Minor))
		sum += l.Qty * int(l.PriceEach.Minor)
		if len(l.Codes) != 1 || l.Codes[0].Key != order.CodeKey(string(l.SKU)) || l.Location == "" || l.Walk == 0 || l.Name.EN == "" || l.No != i+1 {
			t.Errorf("invoice %s line %d: %+v", invoice, i+1, l)
		}
	}
	same(t, "invoice "+invoice, got, lines)
	same(t, "invoice "+invoice+" total", v.Total, order.Money{Minor: int64(sum), Currency: "GBP"})
	same(t, "invoice "+invoice+" state", v.State, order.StateCode("awaiting_pick"))
}

func same(t *testing.T, what string, got, want any) {
	t.Helper()
	g, _ := json.Marshal(got)
	w, _ := json.Marshal(want)
	if string(g) != string(w) {
		t.Errorf("%s: got %s, want %s", what, g, w)
	}
}

func TestTheFirstOfDecemberHoldsWhatTheContractSays(t *testing.T) {
	c := centraltest.New(t)
	got, err := importer.UCI(t.Context(), c.Service, uciFiles(t)[:1], importer.Options{Warehouse: "main"})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "figures", []int{got.Rows, got.Orders, got.Lines, got.Units}, []int{3108, 136, 3073, 26997})
}

const heading = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"

func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "orders.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestBrokenRowsAreRejectedByLineAndNeverStopTheRest(t *testing.T) {
	c := centraltest.New(t)
	rows := []struct{ text, code string }{
		{"1,10001,A,2,2010-12-01 08:26:00,1.50,,UK", ""},
		{"1,10002,\"broken quote,2,2010-12-01 08:26:00,1.50,,UK", "bad_row"},
		{"1,10003,A,2", "bad_row"},
		{"1,10004,A,2,2010-12-01 08:26:00,1.50,,UK,more", "bad_row"},
		{"1,10005,\xff\xfe,2,2010-12-01 08:26:00,1.50,,UK", "bad_encoding"},
		{"1,10006,\x1dA,2,2010-12-01 08:26:00,1.50,,UK", "control_character"},
		{"1,10007,A,two,2010-12-01 08:26:00,1.50,,UK", "bad_quantity"},
		{"1,10008,A,0,2010-12-01 08:26:00,1.50,,UK", "bad_quantity"},
		{"1,10009,A,99999999999999999999,2010-12-01 08:26:00,1.50,,UK", "bad_quantity"},
		{"1,10010,A,2,yesterday,1.50,,UK", "bad_date"},
		{"1,10011,A,2,2010-13-01 08:26:00,1.50,,UK", "bad_date"},
		{"1,10012,A,2,2010-12-01 08:26:00,1.505,,UK", "bad_price"},
		{"1,10013,A,2,2010-12-01 08:26:00,-1.50,,UK", "bad_price"},
		{"1,10014,A,2,2010-12-01 08:26:00,,,UK", "bad_price"},
		{"1,10015,A,-2,2010-12-01 08:26:00,1.50,,UK", "stock_adjustment"},
		{"1,,A,2,2010-12-01 08:26:00,1.50,,UK", "bad_stock_code"},
		{",10016,A,2,2010-12-01 08:26:00,1.50,,UK", "missing_invoice"},
		{"1,10017," + strings.Repeat("x", 70000) + ",2,2010-12-01 08:26:00,1.50,,UK", "too_long"},
		{"2,POST,POSTAGE,1,2010-12-01 08:26:00,18.00,,UK", "no_goods"},
		{"C3,10001,A,2,2010-12-01 08:26:00,1.50,,UK", "bad_quantity"},
		{"C3,10001,A,-2,2010-12-01 08:26:00,1.50,,UK", ""},
		{"1,post,POSTAGE,1,2010-12-01 08:26:00,18.00,,UK", ""},
		{"1,10001a,\"A, with comma\",1,12/1/2010 8:26,0,,UK", ""},
	}
	text := "\ufeff" + heading
	for _, r := range rows {
		text += r.text + "\r\n"
	}
	res, err := importer.UCI(t.Context(), c.Service, []string{write(t, text)}, importer.Options{Warehouse: "main"})
	if err != nil {
		t.Fatal(err)
	}
	got := map[int]string{}
	for _, r := range res.Rejected {
		if got[r.Row] != "" {
			t.Errorf("row %d is rejected twice", r.Row)
		}
		got[r.Row] = r.Code
	}
	for i, r := range rows {
		if got[i+2] != r.code {
			t.Errorf("line %d %.60q: rejected as %q, want %q", i+2, r.text, got[i+2], r.code)
		}
	}
	same(t, "rows", []int{res.Rows, res.Orders, res.Lines, res.Units, res.Charges, res.ReturnRows}, []int{len(rows), 1, 2, 3, 1, 1})
}

func TestTheSameCodeTwiceStaysTwoLines(t *testing.T) {
	c := centraltest.New(t)
	row := "1,10001,A,2,2010-12-01 08:26:00,1.50,,UK\n"
	if _, err := importer.UCI(t.Context(), c.Service, []string{write(t, heading+row+row)}, importer.Options{Warehouse: "main"}); err != nil {
		t.Fatal(err)
	}
	v, err := c.Find(t.Context(), centraltest.By(), "1")
	if err != nil {
		t.Fatal(err)
	}
	same(t, "lines", len(v.Shipments[0].Lines), 2)
}

func TestTimesAreOfTheShopsZone(t *testing.T) {
	c := centraltest.New(t)
	file := write(t, heading+"1,10001,A,2,2010-07-01 08:26:00,1.50,,UK\n")
	if _, err := importer.UCI(t.Context(), c.Service, []string{file}, importer.Options{Warehouse: "main"}); err != nil {
		t.Fatal(err)
	}
	v, err := c.Find(t.Context(), centraltest.By(), "1")
	if err != nil {
		t.Fatal(err)
	}
	same(t, "summer time", v.CreatedAt, "2010-07-01T07:26:00Z")
}

func TestAPolicyThatAPersonSetStays(t *testing.T) {
	c := centraltest.New(t)
	p := order.DefaultPolicy()
	p.Zone = "Europe/Paris"
	if err := c.SetPolicy(t.Context(), p, false); err != nil {
		t.Fatal(err)
	}
	file := write(t, heading+"1,10001,A,2,2010-07-01 08:26:00,1.50,,UK\n")
	if _, err := importer.UCI(t.Context(), c.Service, []string{file}, importer.Options{Warehouse: "main"}); err != nil {
		t.Fatal(err)
	}
	got, err := c.Policy(t.Context(), "main")
	if err != nil || got.Zone != "Europe/Paris" {
		t.Errorf("zone %s, %v", got.Zone, err)
	}
}

const csvText = `channel,external_id,sku,qty,name_zh,barcodes,price,currency,track,paid_at,receiver_name,receiver_phone,receiver_country,receiver_province,receiver_city,receiver_street,priority,complete
shop,1,A,2,苹果,6901234567892 CASE*12,12.50,CNY,lot expiry,2026-03-01 10:00:00,王,1,CN,海南,海口,街 1,7,true
shop,1,B,1,梨,,3,CNY,,,,,,,,,,
shop,2,A,0,,,,,,,,,,,,,,
shop,2,B,1,,,,,,,,,,,,,,
shop,3,A,1,,,,,,,王,1,CN,海南,海口,街 1,7,
shop,3,B,1,,,,,,,李,1,CN,海南,海口,街 1,7,
shop,4,A,1,,,x,CNY,,,,,,,,,,
`

func TestTheProjectsOwnTableBringsWholeOrdersOnly(t *testing.T) {
	c := centraltest.New(t)
	for i := range 2 {
		res, err := importer.CSV(t.Context(), c.Service, []string{write(t, csvText)}, importer.Options{Warehouse: "main", Zone: "Asia/Shanghai"})
		if err != nil {
			t.Fatal(err)
		}
		got := map[int]string{}
		for _, r := range res.Rejected {
			got[r.Row] = r.Code
		}
		same(t, "rejected", got, map[int]string{4: "bad_quantity", 5: "order_incomplete", 6: "order_incomplete", 7: "row_differs", 8: "bad_price"})
		same(t, "figures", []int{res.Rows, res.Orders, res.New, res.Unchanged, res.Lines, res.Units}, []int{7, 1, 1 - i, i, 2, 3})
	}
	v, err := c.Find(t.Context(), centraltest.By(), "1")
	if err != nil {
		t.Fatal(err)
	}
	l := v.Shipments[0].Lines[0]
	same(t, "line", []any{l.Codes, l.Track, l.PriceEach, v.Total.Minor, v.Priority, v.Complete, v.PaidAt},
		[]any{[]order.ItemCode{{Key: "06901234567892"}, {Key: "CASE", Mult: 12}}, order.Tracking{Lot: true, Expiry: true},
			order.Money{Minor: 1250, Currency: "CNY"}, 2800, 7, true, "2026-03-01T02:00:00Z"})
}

func TestJSONComesInThreeForms(t *testing.T) {
	one, err := json.Marshal(centraltest.Order("1"))
	if err != nil {
		t.Fatal(err)
	}
	two, err := json.Marshal(centraltest.Order("2"))
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"body":      `{"orders":[` + string(one) + "," + string(two) + `,{"bad":1}]}`,
		"array":     `[` + string(one) + "," + string(two) + `,3]`,
		"lines":     string(one) + "\n\n" + string(two) + "\n{not json\n",
		"with mark": "\ufeff[" + string(one) + "," + string(two) + `,null]`,
	} {
		t.Run(name, func(t *testing.T) {
			c := centraltest.New(t)
			res, err := importer.JSON(t.Context(), c.Service, []string{write(t, text)}, importer.Options{Warehouse: "main"})
			if err != nil {
				t.Fatal(err)
			}
			same(t, "figures", []int{res.Rows, res.New, res.Lines, res.Units, len(res.Rejected)}, []int{3, 2, 4, 10, 1})
		})
	}
}
