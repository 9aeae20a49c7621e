package order

import (
	"fmt"
	"math/bits"
	"strings"
	"time"
)

// InHainan says whether an address names the province: by name, in English, or by the first two
// digits of its division code (GB/T 2260).
func InHainan(province string) bool {
	p := strings.TrimSpace(province)
	return strings.Contains(p, "海南省") || strings.HasPrefix(p, "海南") || strings.EqualFold(p, "hainan") || strings.EqualFold(p, "hainan province") ||
		len(p) == 6 && strings.HasPrefix(p, "46")
}

// checkDutyFree holds an order against the rules of Hainan's offshore duty-free trade.
func (c *CustomsCase) checkDutyFree() []Refusal {
	r := inForce(rulesOfCustoms.dutyFree, c.At)
	if r == nil {
		return []Refusal{noRule(c)}
	}
	all := c.checkBuyer(r)
	if c.Currency != r.Currency {
		return append(all, otherCurrency(c, r.Currency))
	}
	all = append(all, c.checkCollection(r)...)
	if c.Declare.DutyPaid {
		return all // what exceeds is taxed as an imported article 照章征收进境物品进口税
	}
	all = append(all, c.checkLimits(r)...)
	if value := c.Value(); c.Used+value > r.Yearly {
		all = append(all, Refusal{Code: "over_quota", Rule: r.Source,
			What: fmt.Sprintf("the buyer's year would reach %s of %s", money(c.Used+value, r.Currency), money(r.Yearly, r.Currency)),
			Do:   "reduce the order, or let the buyer pay duty on the excess and send it with declaration.duty_paid"})
	}
	return all
}

func (c *CustomsCase) checkBuyer(r *dutyFreeRule) []Refusal {
	var all []Refusal
	if c.IdentityProblem != "" {
		all = append(all, Refusal{Code: "identity_missing", What: "the buyer's identity: " + c.IdentityProblem,
			Do: "ask the buyer for the document shown when leaving the island and send the order again", Rule: r.Source})
	}
	switch age, ok := ageOn(c.Born, c.At); {
	case !ok && c.IdentityProblem == "":
		all = append(all, Refusal{Code: "age_unknown", What: "the buyer's date of birth is not known", Rule: r.Source,
			Do: "add declaration.buyer.born, for the document's number does not tell it"})
	case ok && age < r.MinAge:
		all = append(all, Refusal{Code: "too_young", What: fmt.Sprintf("the buyer is under %d", r.MinAge), Rule: r.Source,
			Do: "cancel the order"})
	}
	return all
}

// ageOn returns the age in whole years on the day of at in China.
func ageOn(born Date, at time.Time) (int, bool) {
	b, err := time.Parse(time.DateOnly, string(born))
	if err != nil {
		return 0, false
	}
	day := at.In(chinaTime)
	age := day.Year() - b.Year()
	if day.Month() < b.Month() || day.Month() == b.Month() && day.Day() < b.Day() {
		age--
	}
	return age, true
}

func (c *CustomsCase) checkCollection(r *dutyFreeRule) []Refusal {
	d := &c.Declare
	for i := range r.Ways {
		if r.Ways[i].Way == d.Collect {
			all := c.checkWay(r, &r.Ways[i])
			if d.Collect == CollectMail {
				all = append(all, c.checkMail()...)
			}
			return all
		}
	}
	names := make([]string, len(r.Ways))
	for i := range r.Ways {
		names[i] = string(r.Ways[i].Way)
	}
	return []Refusal{{Code: "collection", What: fmt.Sprintf("collection %q is not a way that is allowed on that day", d.Collect), Rule: r.Source,
		Do: "set declaration.collect to one of " + strings.Join(names, ", ")}}
}

// checkWay holds the goods against the conditions of a way of collection.
func (c *CustomsCase) checkWay(r *dutyFreeRule, w *dutyFreeWay) []Refusal {
	var all []Refusal
	refuse := func(code, format string, args ...any) {
		all = append(all, Refusal{Code: code, What: fmt.Sprintf(format, args...), Rule: r.Source,
			Do: "let the buyer collect these goods in another way, such as pickup"})
	}
	for i := range c.Lines {
		l := &c.Lines[i]
		switch p := l.PriceEach.Minor; {
		case w.UnitFrom > 0 && p < w.UnitFrom:
			refuse("collection_price", "line %d costs %s a piece, %s is for %s and more", l.No, money(p, r.Currency), w.Way, money(w.UnitFrom, r.Currency))
		case w.UnitBelow > 0 && p >= w.UnitBelow:
			refuse("collection_price", "line %d costs %s a piece, %s is for less than %s", l.No, money(p, r.Currency), w.Way, money(w.UnitBelow, r.Currency))
		}
		if w.Listed && (l.Customs == nil || !l.Customs.Instant) {
			refuse("collection_list", "line %d is not on the list for %s", l.No, w.Way)
		}
	}
	if w.LeaveDays == 0 {
		return all
	}
	latest := c.At.AddDate(0, 0, w.LeaveDays)
	if at := c.Declare.LeavesAt; at.IsZero() || at.After(latest) || at.Before(c.At) {
		all = append(all, Refusal{Code: "leaves_late", Rule: r.Source,
			What: fmt.Sprintf("with %s the buyer leaves the island within %d days of the purchase", w.Way, w.LeaveDays),
			Do:   "set declaration.leaves_at to the day of departure"})
	}
	return all
}

// mailRule is where the rules of mail delivery stand.
const mailRule = "财政部 海关总署 税务总局 关于增加海南离岛旅客免税购物提货方式的公告, 2021-02-02"

// checkMail holds an order against the rules of mail delivery: the buyer alone receives,
// outside the island, after having left it.
func (c *CustomsCase) checkMail() []Refusal {
	var all []Refusal
	switch {
	case !inChina(c.Country):
		all = append(all, Refusal{Code: "mail_abroad", What: "duty-free goods are mailed within China only",
			Do: "ask the buyer for an address in China outside Hainan", Rule: mailRule})
	case strings.TrimSpace(c.Province) == "":
		all = append(all, Refusal{Code: "mail_province", What: "the receiver's province is missing",
			Do: "complete the address; goods are mailed to addresses outside Hainan", Rule: mailRule})
	case InHainan(c.Province):
		all = append(all, Refusal{Code: "mail_hainan", What: "duty-free goods are not mailed to addresses in Hainan",
			Do: "ask the buyer for an address outside Hainan, or for another way of collection", Rule: mailRule})
	}
	if !c.Declare.Receives {
		all = append(all, Refusal{Code: "other_receiver", What: "the buyer is not the receiver",
			Do: "duty-free goods go to the buyer in person: correct the receiver, or cancel the order", Rule: mailRule})
	}
	if c.Declare.DepartedAt.IsZero() {
		all = append(all, Refusal{Code: "not_departed", What: "it is not confirmed that the buyer has left the island",
			Do: "wait for the confirmation and send it with POST /v1/orders/{id}:departed", Rule: mailRule})
	}
	return all
}

// checkLimits adds up the categories that have a limit for one purchase. The contents
// of sets count one by one.
func (c *CustomsCase) checkLimits(r *dutyFreeRule) []Refusal {
	pieces, volume := map[string]int64{}, map[string]int64{}
	for i := range c.Lines {
		l := &c.Lines[i]
		if l.Customs == nil || l.Customs.Category == "" {
			continue
		}
		pieces[l.Customs.Category] += int64(l.Qty) * int64(max(l.Customs.Pieces, 1))
		volume[l.Customs.Category] += int64(l.Qty) * int64(l.Customs.VolumeML)
	}
	var all []Refusal
	for _, lim := range r.Limits {
		what := ""
		switch {
		case lim.Pieces > 0 && pieces[lim.Category] > int64(lim.Pieces):
			what = fmt.Sprintf("%d pieces of %s, at most %d", pieces[lim.Category], lim.Category, lim.Pieces)
		case lim.Millilitres > 0 && volume[lim.Category] > int64(lim.Millilitres):
			what = fmt.Sprintf("%d ml of %s, at most %d ml", volume[lim.Category], lim.Category, lim.Millilitres)
		case lim.Millilitres > 0 && pieces[lim.Category] > 0 && c.volumeUnknown(lim.Category):
			what = fmt.Sprintf("the volume of %s is not known", lim.Category)
		default:
			continue
		}
		all = append(all, Refusal{Code: "over_limit", What: what + " in one purchase", Rule: r.Source,
			Do: "reduce the order, or let the buyer pay duty on the excess and send it with declaration.duty_paid"})
	}
	return all
}

func (c *CustomsCase) volumeUnknown(category string) bool {
	for i := range c.Lines {
		if x := c.Lines[i].Customs; x != nil && x.Category == category && x.VolumeML <= 0 {
			return true
		}
	}
	return false
}

// Counts returns what the order takes from the buyer's yearly quota, in minor units:
// its value, or, where duty is paid on the excess, what is left of the quota. Regimes
// without a quota take nothing.
func (c *CustomsCase) Counts() int64 {
	switch c.Mode {
	case CustomsBonded:
		return c.Value()
	case CustomsDutyFree:
		if r := inForce(rulesOfCustoms.dutyFree, c.At); r != nil && c.Declare.DutyPaid {
			return max(0, min(c.Value(), r.Yearly-c.Used))
		}
		return c.Value()
	}
	return 0
}

// mulDiv returns a × b ÷ c rounded to the nearest, half up, of numbers that are not
// negative, without overflow in between.
func mulDiv(a, b, c int64) int64 {
	if a <= 0 || b <= 0 || c <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	lo, carry := bits.Add64(lo, uint64(c)/2, 0)
	hi += carry
	if hi >= uint64(c) {
		return 1<<63 - 1
	}
	q, _ := bits.Div64(hi, lo, uint64(c))
	return int64(min(q, 1<<63-1))
}
