package customs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"pickstation/central/customs"
	"pickstation/order"
)

// published are the facets of a message's parts as the data file lists them.
type published struct {
	name     string
	required bool
	facets   map[string]int
	kind     string
}

func readFacets(t *testing.T, text, part string) []published {
	t.Helper()
	_, text, ok := strings.Cut(text, "## "+part+"\n")
	if !ok {
		t.Fatalf("the facets have no part %s", part)
	}
	text, _, _ = strings.Cut(text, "## ")
	var all []published
	for line := range strings.Lines(text) {
		f := strings.Fields(line)
		if len(f) < 3 {
			continue
		}
		p := published{name: f[0], required: f[1] == "REQ", kind: f[2], facets: map[string]int{}}
		for _, kv := range f[3:] {
			k, v, _ := strings.Cut(kv, "=")
			n, err := strconv.Atoi(v)
			if err != nil {
				t.Fatal(err)
			}
			p.facets[k] = n
		}
		all = append(all, p)
	}
	return all
}

// inFacets checks an element's children against published facets: order, presence,
// lengths, digits.
func inFacets(t *testing.T, e *element, want []published) {
	t.Helper()
	i := 0
	for _, p := range want {
		if i == len(e.children) || e.children[i].name != p.name {
			if p.required {
				t.Errorf("%s: %s is missing or out of order", e.name, p.name)
			}
			continue
		}
		v, n := e.children[i].text, utf8.RuneCountInString(e.children[i].text)
		i++
		if l, ok := p.facets["length"]; ok && n != l {
			t.Errorf("%s/%s %q: length %d, want %d", e.name, p.name, v, n, l)
		}
		if l, ok := p.facets["maxLength"]; ok && n > l {
			t.Errorf("%s/%s %q: longer than %d", e.name, p.name, v, l)
		}
		if n < p.facets["minLength"] {
			t.Errorf("%s/%s is empty", e.name, p.name)
		}
		switch p.kind {
		case "decimal":
			if !regexp.MustCompile(`^\d{1,14}(\.\d{1,5})?$`).MatchString(v) {
				t.Errorf("%s/%s %q is no decimal(19,5)", e.name, p.name, v)
			}
		case "int":
			if !regexp.MustCompile(`^\d{1,9}$`).MatchString(v) {
				t.Errorf("%s/%s %q is no whole number", e.name, p.name, v)
			}
		}
	}
	if i < len(e.children) {
		t.Errorf("%s: %s is out of order or not known", e.name, e.children[i].name)
	}
}

func TestTheImportInventoryKeepsThePublishedFacets(t *testing.T) {
	facets := data(t, "import_facets.txt")
	message, err := customs.Message([]customs.Case{sample(order.CustomsBonded)})
	if err != nil {
		t.Fatal(err)
	}
	root := parse(t, message)
	inFacets(t, root.find("InventoryHead"), readFacets(t, facets, "InventoryHead"))
	for _, l := range root.all("InventoryList") {
		inFacets(t, l, readFacets(t, facets, "InventoryList"))
	}
	inFacets(t, root.find("BaseTransfer"), readFacets(t, facets, "BaseTransfer"))
}

// exportOrder reads the published order of elements of a part of the export inventory.
func exportOrder(t *testing.T, part string) (names []string, optional map[string]bool) {
	t.Helper()
	text := data(t, "ceb603_field_order.txt")
	at := strings.Index(text, part+":")
	if at < 0 {
		t.Fatalf("no part %s", part)
	}
	text = text[at+len(part)+1:]
	if end := regexp.MustCompile(`\n(Inventory|BaseTransfer|Traps)`).FindStringIndex(text); end != nil {
		text = text[:end[0]]
	}
	optional = map[string]bool{}
	for _, m := range regexp.MustCompile(`\[([^\]]*)\]`).FindAllStringSubmatch(text, -1) {
		for _, w := range strings.Fields(m[1]) {
			optional[w] = true
		}
	}
	names = strings.Fields(regexp.MustCompile(`\([^)]*\)|only on change/delete|=E|=DXP|[\[\]]`).ReplaceAllString(text, " "))
	return names, optional
}

func TestTheExportInventoryKeepsThePublishedOrder(t *testing.T) {
	facets := data(t, "import_facets.txt")
	c := sample(order.CustomsExport)
	c.AppType, c.Replies = customs.AppChange, []*customs.Reply{{CopNo: "S000000007", PreNo: "B20260302000000001"}, {CopNo: "S000000007", InvtNo: "460120260000000001"}}
	message, err := customs.Message([]customs.Case{c})
	if err != nil {
		t.Fatal(err)
	}
	root := parse(t, message)
	for part, path := range map[string]string{"InventoryHead": "Inventory/InventoryHead", "InventoryList": "Inventory/InventoryList", "BaseTransfer": "BaseTransfer"} {
		names, optional := exportOrder(t, path)
		known := map[string]published{}
		for _, p := range readFacets(t, facets, part) {
			known[p.name] = p
		}
		want := make([]published, len(names))
		for i, n := range names {
			want[i] = known[n]
			want[i].name, want[i].required = n, known[n].required && !optional[n]
			if want[i].facets == nil {
				want[i].facets = map[string]int{}
			}
		}
		for _, e := range root.all(part) {
			inFacets(t, e, want)
		}
	}
}

func TestSubheadingsAreThoseOfTheHarmonizedSystem(t *testing.T) {
	dir := os.Getenv("PICKSTATION_TESTDATA")
	if dir == "" {
		t.Skip("PICKSTATION_TESTDATA is not set: the Harmonized System is not at hand")
	}
	text, err := os.ReadFile(filepath.Join(dir, "hs", "harmonized-system.csv"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, m := range regexp.MustCompile(`(?m)^\w+,(\d{6}),`).FindAllStringSubmatch(string(text), -1) {
		if m[1] == "999999" { // not specified
			continue
		}
		n++
		if err := customs.HS("code", m[1]+"0000"); err != nil {
			t.Error(err)
		}
	}
	if n != 5612 {
		t.Errorf("%d subheadings", n)
	}
	for _, bad := range []string{"9999990000", "0000000000", "7701100000", "010121000", "01012100000", "01.0121.00", "０１０１２１００００"} {
		if err := customs.HS("code", bad); err == nil {
			t.Errorf("%s passes", bad)
		}
	}
}
