package labels

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
)

// CustomsItem is one kind of goods on a postal customs form.
type CustomsItem struct {
	Description string `json:"description"`     // in English, French or a language the destination accepts
	Local       string `json:"local,omitempty"` // the same in the sender's language, printed behind it
	Qty         int    `json:"qty"`
	Unit        string `json:"unit,omitempty"`
	NetG        int64  `json:"net_g"`            // grams, all pieces
	Value       int64  `json:"value_minor"`      // smallest unit of the form's currency, all pieces
	HS          string `json:"hs,omitempty"`     // at least six digits; commercial items must have it
	Origin      string `json:"origin,omitempty"` // ISO 3166-1 alpha-2; commercial items must have it
}

// Categories of a postal item (UPU CN 22 and CN 23).
const (
	CategoryGift      = "gift"
	CategoryDocuments = "documents"
	CategorySample    = "sample"
	CategoryReturned  = "returned"
	CategorySale      = "sale"
	CategoryOther     = "other"
)

// Customs is what CN 22 and CN 23 declare. Names and addresses are printed in full: the destination's customs need them.
type Customs struct {
	Number       string        `json:"number,omitempty"`   // S10 item number; CN 23 must have it
	Operator     string        `json:"operator,omitempty"` // designated operator
	Category     string        `json:"category"`
	Explanation  string        `json:"explanation,omitempty"` // for category other
	Sender       Party         `json:"sender"`
	SenderRef    string        `json:"sender_ref,omitempty"` // sender's customs reference
	Receiver     Party         `json:"receiver"`
	ImporterRef  string        `json:"importer_ref,omitempty"` // tax code, VAT or IOSS number, importer code
	Items        []CustomsItem `json:"items"`
	Currency     string        `json:"currency"` // ISO 4217
	GrossG       int64         `json:"gross_g"`  // grams, with packaging
	Postage      *Money        `json:"postage,omitempty"`
	Comments     string        `json:"comments,omitempty"` // quarantine, sanitary inspection and other restrictions
	Licences     string        `json:"licences,omitempty"`
	Certificates string        `json:"certificates,omitempty"`
	Invoice      string        `json:"invoice,omitempty"`
	Office       string        `json:"office,omitempty"` // office of origin
	Date         time.Time     `json:"date,omitzero"`
	SignedBy     string        `json:"signed_by,omitempty"`
	PrintNo      int           `json:"print_no,omitempty"`
}

// CN22 is the small customs label of letter post.
type CN22 struct{ Customs }

// CN23 is the full customs form of parcels and of dearer or heavier letter post.
type CN23 struct{ Customs }

// maxCustomsItems bounds one declaration.
const maxCustomsItems = 500

// vague are descriptions that customs offices refuse (UPU CN 23, instruction 1).
var vague = []string{"sample", "samples", "gift", "gifts", "food", "food products", "goods", "clothes", "clothing", "parts", "spare parts", "accessories",
	"electronics", "cosmetics", "merchandise", "products", "items", "stuff", "toys"}

// check is what both forms ask for.
func (c *Customs) check(form string) error {
	bad := func(hint, format string, args ...any) error {
		return &Error{ErrorBadInput, "lay out " + form, hint, fmt.Errorf(format, args...)}
	}
	if c.Number != "" {
		if err := CheckS10(c.Number); err != nil {
			return bad("correct the item number", "%w", err)
		}
	}
	if !slices.Contains([]string{CategoryGift, CategoryDocuments, CategorySample, CategoryReturned, CategorySale, CategoryOther}, c.Category) {
		return bad("use gift, documents, sample, returned, sale or other", "no category %q", c.Category)
	}
	if n := len(c.Items); n == 0 || n > maxCustomsItems {
		return bad(fmt.Sprintf("declare between 1 and %d kinds of goods", maxCustomsItems), "%d kinds of goods", n)
	}
	if len(c.Currency) != 3 {
		return bad("give the currency as ISO 4217 code", "no currency %q", c.Currency)
	}
	net := int64(0)
	for i, it := range c.Items {
		if err := c.checkItem(it); err != nil {
			return bad("correct line "+fmt.Sprint(i+1), "line %d: %w", i+1, err)
		}
		net += it.NetG
	}
	if c.GrossG < net {
		return bad("weigh the parcel again", "gross weight %s kg is below the net weight %s kg", kilograms(c.GrossG), kilograms(net))
	}
	return nil
}

func (c *Customs) checkItem(it CustomsItem) error {
	plain := strings.ToLower(strings.Trim(it.Description, " ."))
	switch {
	case it.Qty <= 0 || it.NetG <= 0 || it.Value < 0 || it.Qty > maxQty || it.NetG > maxGrams || it.Value > maxMinor:
		return fmt.Errorf("quantity %d, net weight %d g, value %d: all must be above zero and within reason", it.Qty, it.NetG, it.Value)
	case plain == "" || slices.Contains(vague, plain):
		return fmt.Errorf("description %q is too general; customs ask for such as %q", it.Description, "men's cotton shirts")
	case !chineseDestination(c.Receiver.Country) && !strings.ContainsFunc(it.Description, latinLetter):
		return fmt.Errorf("description %q has no word that the destination can read", it.Description)
	case c.Category == CategorySale && !hsCode(it.HS):
		return fmt.Errorf("goods for sale need an HS code of at least six digits, not %q", it.HS)
	case c.Category == CategorySale && !countryCode(it.Origin):
		return fmt.Errorf("goods for sale need their country of origin as two letters, not %q", it.Origin)
	}
	return nil
}

func latinLetter(r rune) bool { return unicode.Is(unicode.Latin, r) }

func chineseDestination(country string) bool {
	return slices.Contains([]string{"CN", "HK", "MO", "TW"}, country)
}

func hsCode(s string) bool {
	n := 0
	for _, r := range s {
		switch {
		case digit(r):
			n++
		case r != '.' && r != ' ':
			return false
		}
	}
	return n >= 6 && n <= 10
}

func countryCode(s string) bool {
	return len(s) == 2 && s[0] >= 'A' && s[0] <= 'Z' && s[1] >= 'A' && s[1] <= 'Z'
}

// totals are net weight in grams and value.
func (c *Customs) totals() (net int64, value Money) {
	value.Currency = c.Currency
	for _, it := range c.Items {
		net += it.NetG
		value.Minor += it.Value
	}
	return net, value
}

// CheckS10 verifies a postal item number (UPU S10-12): two letters, eight digits, a check digit, a country code.
func CheckS10(s string) error {
	if len(s) != 13 || !countryCode(s[:2]) || !countryCode(s[11:]) {
		return fmt.Errorf("%q is no S10 number: two letters, nine digits, two letters", s)
	}
	sum := 0
	for i, weight := range []int{8, 6, 4, 2, 3, 5, 9, 7} {
		c := rune(s[2+i])
		if !digit(c) {
			return fmt.Errorf("%q is no S10 number: %q stands where a digit belongs", s, c)
		}
		sum += int(c-'0') * weight
	}
	want := 11 - sum%11
	switch want {
	case 10:
		want = 0
	case 11:
		want = 5
	}
	if s[10] != byte('0'+want) {
		return fmt.Errorf("the check digit of %s is %d, not %c", s, want, s[10])
	}
	return nil
}

// spacedS10 is the number as people read it: AA 123 456 789 BB.
func spacedS10(s string) string {
	if len(s) != 13 {
		return s
	}
	return s[:2] + " " + s[2:5] + " " + s[5:8] + " " + s[8:11] + " " + s[11:]
}

func exampleCustoms() Customs {
	return Customs{
		Number: "RR473124829CN", Operator: "China Post 中国邮政", Category: CategorySale,
		Sender: Party{Name: "HAINAN FRESH FRUIT CO., LTD. 海南鲜果有限公司", Phone: "+86 898 6666 8888", Street: "No. 3 Baoshui Road, Jinpan Industrial Zone", City: "Haikou",
			Province: "Hainan", PostCode: "570216", Country: "CHINA", Company: true, TaxID: "91460100MA5T000000"},
		Receiver: Party{Name: "Yamada Hanako 山田花子", Phone: "+81 3 1234 5678", Email: "hanako@example.com", Street: "2-11-3 Meguro", Unit: "Room 802", City: "Meguro-ku", Province: "Tokyo",
			PostCode: "153-0063", Country: "JAPAN"},
		Items: []CustomsItem{
			{"Dried mango slices, vacuum packed", "芒果干", 6, "bags", 1500, 23400, "0804.50", "CN"},
			{"Roasted coffee beans", "兴隆咖啡豆", 2, "bags", 500, 9800, "0901.21", "CN"},
			{"Coconut shell bowl, polished", "椰壳碗", 3, "pcs", 360, 8700, "4602.19", "CN"},
		},
		Currency: "CNY", GrossG: 2780, Postage: &Money{12600, "CNY"}, ImporterRef: "IOSS IM1234567890", Comments: "Plant products, dried; phytosanitary certificate enclosed.",
		Certificates: "PC-2026-000318", Invoice: "INV-20260314-0127", Office: "Haikou International 海口国际", Date: exampleTime(), SignedBy: "A012",
	}
}

func exampleCN22() Document {
	c := exampleCustoms()
	c.Items, c.GrossG = c.Items[:2], 1950
	c.Items[0].NetG = 1200
	return CN22{c}
}

func exampleCN23() Document { return CN23{exampleCustoms()} }
