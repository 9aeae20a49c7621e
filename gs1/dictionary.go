package gs1

import (
	"strconv"
	"strings"
)

// The facts in the rules tables (formats, checks, pairings) are those of the GS1 Barcode Syntax
// Dictionary, release 2026-01-27, © GS1 AISBL, Apache License 2.0. The titles are ours.

// rule is one line of the dictionary: an application identifier or a range of them.
type rule struct {
	ais   string // "10" or "3100-3105"
	flags string // "*": predefined length, no FNC1 after it; "?": allowed as a Digital Link query parameter
	spec  string // components: character set, length, checks; in brackets where optional
	attrs string // ex=, req=, dlpkey=
	title string
}

// component is one part of an identifier's data field.
type component struct {
	set      charset
	min, max int
	optional bool
	checks   []lint
}

// span is a dictionary pattern such as "310n": always a contiguous run of table indexes. The pattern itself is kept for
// identifiers that are not in the table.
type span struct {
	lo, hi  int16
	prefix  string
	letters int
}

func (s span) has(i int16, ai string) bool {
	if i >= 0 {
		return s.lo <= i && i <= s.hi
	}
	return len(ai) == len(s.prefix)+s.letters && strings.HasPrefix(ai, s.prefix)
}

// definition is one compiled application identifier.
type definition struct {
	ai         string
	title      string
	fixed      bool // predefined length: no FNC1 needed after it (GS1 General Specifications, section 7)
	attribute  bool // allowed as a Digital Link query parameter
	key        bool // Digital Link primary key
	proves     bool // the value holds a check digit or a date
	index      int16
	min, max   int // characters of the whole data field
	parts      []component
	excludes   []span
	requires   [][][]span // all of: any of: all of
	needs      []string   // the requires as the dictionary writes them, for messages
	qualifiers [][]string // Digital Link: alternatives of ordered qualifiers
}

// AI describes an application identifier of the GS1 General Specifications, section 3.
type AI struct {
	Code        string // the two to four digits
	Title       string // what it holds, in our words
	FixedLength bool   // no separator is needed after it
	MinLength   int    // shortest data field, in characters
	MaxLength   int    // longest data field, in characters
}

// Lookup describes an application identifier; false if the dictionary does not hold it.
func Lookup(ai string) (AI, bool) {
	d := find(ai)
	if d == nil {
		return AI{}, false
	}
	return AI{Code: d.ai, Title: d.title, FixedLength: d.fixed, MinLength: d.min, MaxLength: d.max}, true
}

// AIs lists every application identifier of the dictionary in lexical order.
func AIs() []AI {
	out := make([]AI, 0, len(table.defs))
	for i := range table.defs {
		a, _ := Lookup(table.defs[i].ai)
		out = append(out, a)
	}
	return out
}

// dictionary is the compiled table: defs in lexical order, found through the first digits.
type dictionary struct {
	defs   []definition
	length [100]uint8      // length of an AI by its first two digits; 0: none begins so
	two    [100]int16      // index + 1 by number
	three  [1000]int16     // index + 1 by number
	four   [10000]int16    // index + 1 by number
	spans  map[string]span // while compiling
}

var table = compile(goodsRules, tradeRules, otherRules)

// compile reads the rules at start-up, in about half a millisecond. A fault in them is a fault of the program.
func compile(groups ...[]rule) *dictionary {
	t := &dictionary{defs: make([]definition, 0, 541), spans: map[string]span{}}
	type run struct {
		rule     rule
		from, to int
	}
	var runs []run
	for _, g := range groups {
		for _, r := range g {
			lo, hi, isRange := strings.Cut(r.ais, "-")
			if !isRange {
				hi = lo
			}
			from := len(t.defs)
			for n := digitsValue(lo); n <= digitsValue(hi); n++ {
				t.place(definition{ai: padded(n, len(lo)), title: r.title, index: int16(len(t.defs))})
			}
			runs = append(runs, run{r, from, len(t.defs)})
		}
	}
	for _, r := range runs {
		var d definition
		d.fixed = strings.Contains(r.rule.flags, "*")
		d.attribute = strings.Contains(r.rule.flags, "?")
		d.compileSpec(r.rule.spec)
		t.compileAttributes(&d, r.rule.attrs)
		for i := r.from; i < r.to; i++ {
			d.ai, d.title, d.index = t.defs[i].ai, t.defs[i].title, t.defs[i].index
			t.defs[i] = d // a range shares its compiled parts
		}
	}
	t.spans = nil
	return t
}

func padded(n, width int) string {
	s := strconv.Itoa(n)
	return zeros[:width-len(s)] + s
}

func (t *dictionary) place(d definition) {
	t.defs = append(t.defs, d)
	n := digitsValue(d.ai)
	t.length[digitsValue(d.ai[:2])] = uint8(len(d.ai))
	switch len(d.ai) {
	case 2:
		t.two[n] = d.index + 1
	case 3:
		t.three[n] = d.index + 1
	default:
		t.four[n] = d.index + 1
	}
}

func (d *definition) compileSpec(spec string) {
	for word := range strings.FieldsSeq(spec) {
		names := strings.Split(word, ",") // "[X1],hyphen": the checks stand outside the bracket
		var c component
		size, opened := strings.CutPrefix(names[0], "[")
		size = strings.TrimSuffix(size, "]")
		c.optional, c.set = opened, charsetOf(size[0])
		length, variable := strings.CutPrefix(size[1:], "..")
		c.max = digitsValue(length)
		if c.min = c.max; variable {
			c.min = 1
		}
		for _, n := range names[1:] {
			check, ok := checks[n]
			if !ok {
				panic("gs1: rules table names an unknown check " + n)
			}
			d.proves = d.proves || n == "csum" || strings.HasPrefix(n, "yymmd")
			c.checks = append(c.checks, check)
		}
		if !c.optional {
			d.min += c.min
		}
		d.max += c.max
		d.parts = append(d.parts, c)
	}
}

func (t *dictionary) compileAttributes(d *definition, attrs string) {
	for word := range strings.FieldsSeq(attrs) {
		name, value, _ := strings.Cut(word, "=")
		switch name {
		case "ex":
			for p := range strings.SplitSeq(value, ",") {
				d.excludes = append(d.excludes, t.pattern(p))
			}
		case "req":
			d.needs = append(d.needs, value)
			var any [][]span
			for alternative := range strings.SplitSeq(value, ",") {
				var all []span
				for p := range strings.SplitSeq(alternative, "+") {
					all = append(all, t.pattern(p))
				}
				any = append(any, all)
			}
			d.requires = append(d.requires, any)
		case "dlpkey":
			d.key = true
			if value != "" {
				for alternative := range strings.SplitSeq(value, "|") {
					d.qualifiers = append(d.qualifiers, strings.Split(alternative, ","))
				}
			}
		}
	}
}

// pattern turns "310n" or "37" into the run of table indexes that it covers.
func (t *dictionary) pattern(p string) span {
	if s, ok := t.spans[p]; ok {
		return s
	}
	prefix := strings.TrimRight(p, "n")
	s := span{lo: -1, hi: -2, prefix: prefix, letters: len(p) - len(prefix)}
	for i := range t.defs {
		if len(t.defs[i].ai) == len(p) && strings.HasPrefix(t.defs[i].ai, prefix) {
			if s.lo < 0 {
				s.lo = int16(i)
			}
			s.hi = int16(i)
		}
	}
	t.spans[p] = s
	return s
}

// prefix finds the identifier that s begins with; nil if none is known.
func (t *dictionary) prefix(s string) *definition {
	if len(s) < 2 || !isDigit(s[0]) || !isDigit(s[1]) {
		return nil
	}
	n := int(s[0]-'0')*10 + int(s[1]-'0')
	var i int16
	switch t.length[n] {
	case 2:
		i = t.two[n]
	case 3:
		if len(s) >= 3 && isDigit(s[2]) {
			i = t.three[n*10+int(s[2]-'0')]
		}
	case 4:
		if len(s) >= 4 && isDigit(s[2]) && isDigit(s[3]) {
			i = t.four[n*100+int(s[2]-'0')*10+int(s[3]-'0')]
		}
	}
	if i == 0 {
		return nil
	}
	return &t.defs[i-1]
}

// find looks an identifier up by its exact digits.
func find(ai string) *definition {
	if d := table.prefix(ai); d != nil && len(d.ai) == len(ai) {
		return d
	}
	return nil
}

func isDigit(c byte) bool { return c-'0' <= 9 }

// digitsValue reads a short run of digits that is known to be one.
func digitsValue(s string) int {
	n := 0
	for i := range len(s) {
		n = n*10 + int(s[i]-'0')
	}
	return n
}
