package text

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"pickstation/order"
)

// A template is text with {fields} of [order.Args] and [optional parts]: a part in
// square brackets is left out when a field in it is empty, so that no line ever
// says "put it back to ." for goods without a place. "(s)" is the ending of a word
// whose count is the last field before it: empty after 1.

// part is a piece of a template.
type part struct {
	lit   string // text as it stands, where field is ""
	field string
	opt   []part // optional part
}

// fields are the names a template may use.
var fields = map[string]func(lang string, a *order.Args) string{
	"name":     func(lang string, a *order.Args) string { return itemName(lang, a) },
	"other":    func(lang string, a *order.Args) string { return a.Other.In(lang) },
	"sku":      func(_ string, a *order.Args) string { return string(a.SKU) },
	"ref":      func(_ string, a *order.Args) string { return a.Ref },
	"code":     func(_ string, a *order.Args) string { return a.Code },
	"command":  func(lang string, a *order.Args) string { return commandName(lang, a.Code) },
	"location": func(_ string, a *order.Args) string { return string(a.Location) },
	"who":      func(_ string, a *order.Args) string { return a.Who },
	"lot":      func(_ string, a *order.Args) string { return a.Lot },
	"serial":   func(_ string, a *order.Args) string { return a.Serial },
	"date":     func(_ string, a *order.Args) string { return string(a.Date) },
	"paper":    func(lang string, a *order.Args) string { return Word(lang, a.Code) },
	"reason":   func(lang string, a *order.Args) string { return Word(lang, a.Reason) },
	"waybill":  func(_ string, a *order.Args) string { return a.Waybill },
	"n":        func(_ string, a *order.Args) string { return strconv.Itoa(a.N) },
	"need":     func(_ string, a *order.Args) string { return strconv.Itoa(a.Need) },
	"ordered":  func(_ string, a *order.Args) string { return ordered(a) },
	"rest":     func(lang string, a *order.Args) string { return rest(lang, a) },
	"left":     func(_ string, a *order.Args) string { return strconv.Itoa(max(a.Need-a.N, 0)) },
	"some":     func(_ string, a *order.Args) string { return positive(a.N) },
	"units":    func(_ string, a *order.Args) string { return positive(a.Need) },
	"age":      func(lang string, a *order.Args) string { return AgeSeconds(lang, a.AgeS) },
	"lasted":   func(lang string, a *order.Args) string { return lasted(lang, a.AgeS) },
	"mend":     func(lang string, a *order.Args) string { return mend(lang, a.Reason) },
	"off":      func(lang string, a *order.Args) string { return off(lang, a.AgeS) },
	"detail":   func(_ string, a *order.Args) string { return detail(a) },
	"at":       func(_ string, a *order.Args) string { return clock(a.At) },
}

// lasted is for how long something has gone on: as an age, but never "now".
func lasted(lang string, seconds int) string {
	if seconds >= 0 && seconds < 60 {
		return fmt.Sprintf(For(lang).Minutes, 0)
	}
	return AgeSeconds(lang, seconds)
}

// mend is the one thing to do about a state of the printer.
func mend(lang, code string) string {
	if s := PrinterDo(lang, code); s != "" {
		return s
	}
	return PrinterDo(lang, "unknown")
}

// off is by how much a clock is wrong, where that is known.
func off(lang string, seconds int) string {
	if seconds <= 0 {
		return ""
	}
	return AgeSeconds(lang, seconds)
}

// detail is what the system says of a cause, shown only where there is no word for it.
func detail(a *order.Args) string {
	if Known(a.Reason) {
		return ""
	}
	return a.Ref
}

func positive(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// ordered is how many units were wanted, where fewer are there.
func ordered(a *order.Args) string {
	if a.N >= a.Need {
		return ""
	}
	return strconv.Itoa(a.Need)
}

// rest says that the other units are short, where there are any.
func rest(lang string, a *order.Args) string {
	if a.N >= a.Need {
		return ""
	}
	return For(lang).RestShort
}

func clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format("15:04")
}

// itemName is what goods are called: their name, else their SKU.
func itemName(lang string, a *order.Args) string {
	if n := a.Name.In(lang); n != "" {
		return n
	}
	return string(a.SKU)
}

func commandName(lang, code string) string {
	for _, c := range order.Commands() {
		if string(c.Command) == code {
			return CommandName(lang, c)
		}
	}
	return code
}

// parse reads a template.
func parse(s string) ([]part, error) {
	var out []part
	for s != "" {
		i := strings.IndexAny(s, "{[")
		if i < 0 {
			return append(out, part{lit: s}), nil
		}
		if i > 0 {
			out = append(out, part{lit: s[:i]})
		}
		end := "}"
		if s[i] == '[' {
			end = "]"
		}
		inner, rest, ok := strings.Cut(s[i+1:], end)
		if !ok {
			return nil, fmt.Errorf("read template: %q is not closed", s[i:])
		}
		if end == "]" {
			opt, err := parse(inner)
			if err != nil {
				return nil, err
			}
			out = append(out, part{opt: opt})
		} else {
			if fields[inner] == nil {
				return nil, fmt.Errorf("read template: no field is called %q", inner)
			}
			out = append(out, part{field: inner})
		}
		s = rest
	}
	return out, nil
}

// filler writes a template's parts.
type filler struct {
	strings.Builder
	lang string
	a    *order.Args
	last string // field written last
}

// fill writes the parts; it reports whether every field had a value.
func (f *filler) fill(parts []part) bool {
	whole := true
	for _, p := range parts {
		switch {
		case p.opt != nil:
			o := filler{lang: f.lang, a: f.a, last: f.last}
			if o.fill(p.opt) {
				f.WriteString(o.String())
				f.last = o.last
			}
		case p.field != "":
			v := Clean(fields[p.field](f.lang, f.a))
			whole = whole && v != ""
			f.WriteString(v)
			f.last = v
		default:
			f.WriteString(ending(p.lit, f.last))
		}
	}
	return whole
}

// ending makes the words marked "(s)" in s agree with their count.
func ending(s, count string) string {
	if count == "1" {
		return strings.ReplaceAll(s, "(s)", "")
	}
	return strings.ReplaceAll(s, "(s)", "s")
}

// Count fills a format that begins with the count of its word marked "(s)"; more are
// its other arguments.
func Count(format string, n int, more ...any) string {
	return fmt.Sprintf(ending(format, strconv.Itoa(n)), append([]any{n}, more...)...)
}

type parsed struct{ zh, en []part }

var templates = parseAll()

func parseAll() map[order.MsgCode]parsed {
	all := make(map[order.MsgCode]parsed, len(messages))
	for code, p := range messages {
		zh, err := parse(p.ZH)
		if err != nil {
			panic(string(code) + ": " + err.Error())
		}
		en, err := parse(p.EN)
		if err != nil {
			panic(string(code) + ": " + err.Error())
		}
		all[code] = parsed{zh, en}
	}
	return all
}

// Line returns a message in lang, its arguments made safe for a terminal. An empty
// message is an empty line; a code without text is shown as it stands.
func Line(lang string, m order.Message) string {
	if m.Code == "" {
		return ""
	}
	t, ok := templates[m.Code]
	if !ok {
		return strings.ReplaceAll(Clean(string(m.Code)), "_", " ")
	}
	parts := t.en
	if lang == ZH {
		parts = t.zh
	} else if c := catalogue(lang); c != nil {
		parts = c.messages[m.Code]
	}
	f := filler{lang: lang, a: &m.Args}
	f.fill(parts)
	return f.String()
}
