package text

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/BurntSushi/toml"

	"pickstation/order"
)

// A Catalogue is a further language, read from a file. A text that it lacks is the
// English one behind [Missing], so that a gap is seen and nothing is ever silent.
type Catalogue struct {
	Code string // as operators and the configuration name it: "vi"
	Name string // what its speakers call it

	texts    Texts
	messages map[order.MsgCode][]part
	words    map[string]map[string]string // by section and key: verdicts, words, printer, printer_do, commands
}

// Missing stands before a text that a language lacks.
const Missing = "~"

// Limits of a language file, bytes.
const (
	maxCatalogue = 1 << 20
	maxText      = 400
)

// catalogueFile is a language as a file.
type catalogueFile struct {
	Code      string            `toml:"code"`
	Name      string            `toml:"name"`
	Texts     map[string]string `toml:"texts"`
	Messages  map[string]string `toml:"messages"`
	Verdicts  map[string]string `toml:"verdicts"`
	Words     map[string]string `toml:"words"`
	Printer   map[string]string `toml:"printer"`
	PrinterDo map[string]string `toml:"printer_do"`
	Commands  map[string]string `toml:"commands"`
}

// section is a part of the catalogue: its keys with their English and Chinese texts.
type section struct {
	name string
	keys []string
	pair map[string]Pair
	of   func(*catalogueFile) map[string]string
}

// sections is everything that a language has to say.
func sections() []section {
	texts, messagesOf := section{name: "texts", pair: map[string]Pair{}}, section{name: "messages", pair: map[string]Pair{}}
	z, e := reflect.ValueOf(zh), reflect.ValueOf(en)
	for i := range z.NumField() {
		texts.add(z.Type().Field(i).Name, Pair{z.Field(i).String(), e.Field(i).String()})
	}
	for _, c := range slices.Sorted(maps.Keys(messages)) {
		messagesOf.add(string(c), messages[c])
	}
	verdict, word := section{name: "verdicts", pair: map[string]Pair{}}, section{name: "words", pair: map[string]Pair{}}
	for _, v := range order.Verdicts() {
		verdict.add(string(v), verdicts[v])
	}
	for _, k := range slices.Sorted(maps.Keys(words)) {
		word.add(k, words[k])
	}
	state, do := section{name: "printer", pair: map[string]Pair{}}, section{name: "printer_do", pair: map[string]Pair{}}
	for _, s := range printerStates {
		state.add(s.Code, s.Name)
		do.add(s.Code, s.Do)
	}
	command := section{name: "commands", pair: map[string]Pair{}}
	for _, c := range order.Commands() {
		command.add(string(c.Command), Pair(c.Name))
	}
	texts.of = func(f *catalogueFile) map[string]string { return f.Texts }
	messagesOf.of = func(f *catalogueFile) map[string]string { return f.Messages }
	verdict.of = func(f *catalogueFile) map[string]string { return f.Verdicts }
	word.of = func(f *catalogueFile) map[string]string { return f.Words }
	state.of = func(f *catalogueFile) map[string]string { return f.Printer }
	do.of = func(f *catalogueFile) map[string]string { return f.PrinterDo }
	command.of = func(f *catalogueFile) map[string]string { return f.Commands }
	return []section{texts, messagesOf, verdict, word, state, do, command}
}

func (s *section) add(key string, p Pair) {
	if _, twice := s.pair[key]; !twice {
		s.keys = append(s.keys, key)
	}
	s.pair[key] = p
}

// ParseCatalogue reads a language file. What cannot be used of it is told, and falls
// back like a text that is missing; the error is of a file that is no language at all.
func ParseCatalogue(data []byte) (*Catalogue, []Finding, error) {
	if len(data) > maxCatalogue {
		return nil, nil, fmt.Errorf("read language: the file is larger than %d bytes", maxCatalogue)
	}
	var f catalogueFile
	meta, err := toml.Decode(string(data), &f)
	if err != nil {
		return nil, nil, fmt.Errorf("read language: %w", err)
	}
	if !order.IsLanguage(f.Code) || f.Code == ZH || f.Code == EN {
		return nil, nil, fmt.Errorf(`read language: code is %.20q; it is two or three small letters such as "vi", and not zh or en`, f.Code)
	}
	if len(f.Name) > maxText {
		return nil, nil, fmt.Errorf("read language: the name is longer than %d bytes", maxText)
	}
	c := &Catalogue{Code: f.Code, Name: cmp.Or(Clean(f.Name), f.Code), messages: map[order.MsgCode][]part{}, words: map[string]map[string]string{}}
	var found []Finding
	for _, k := range meta.Undecoded() {
		found = append(found, Finding{Key: k.String(), What: "is nothing a language has", Wrong: true})
	}
	all := sections()
	for i := range all {
		found = append(found, c.take(&all[i], &f)...)
	}
	return c, found, nil
}

// take fills one section.
func (c *Catalogue) take(s *section, f *catalogueFile) (found []Finding) {
	given := s.of(f)
	for _, k := range slices.Sorted(maps.Keys(given)) {
		if _, known := s.pair[k]; !known {
			found = append(found, Finding{Section: s.name, Key: k, What: "is nothing the station says", Wrong: true})
		}
	}
	c.words[s.name] = map[string]string{}
	for _, k := range s.keys {
		t, p := given[k], s.pair[k]
		bad := s.judge(k, t, p)
		found = append(found, bad...)
		if t == "" || slices.ContainsFunc(bad, func(x Finding) bool { return x.Wrong }) {
			t = Missing + p.EN
		}
		c.put(s.name, k, t)
	}
	return found
}

func (c *Catalogue) put(section, key, t string) {
	switch section {
	case "texts":
		reflect.ValueOf(&c.texts).Elem().FieldByName(key).SetString(t)
	case "messages":
		c.messages[order.MsgCode(key)], _ = parse(t) // judged before
	default:
		c.words[section][key] = t
	}
}

// extra holds the further languages; nil for none.
var extra atomic.Pointer[map[string]*Catalogue]

// Use makes further languages known, in place of those before. Call it before the screen
// starts.
func Use(list ...*Catalogue) {
	all := map[string]*Catalogue{}
	for _, c := range list {
		all[c.Code] = c
	}
	extra.Store(&all)
}

func catalogue(lang string) *Catalogue {
	all := extra.Load()
	if all == nil {
		return nil
	}
	return (*all)[lang]
}

// Languages lists the languages that are known, in the order in which LANG turns to them.
func Languages() []string {
	out := []string{ZH, EN}
	if all := extra.Load(); all != nil {
		out = append(out, slices.Sorted(maps.Keys(*all))...)
	}
	return out
}

// in is the text of a section's key in a language.
func in(lang, section, key string, p Pair) string {
	if c := catalogue(lang); c != nil {
		if t, ok := c.words[section][key]; ok {
			return t
		}
		return Missing + p.EN
	}
	return p.In(lang)
}

// CommandName is what a command is called.
func CommandName(lang string, c order.CommandText) string {
	return in(lang, "commands", string(c.Command), Pair(c.Name))
}

// ReadFile reads a file for [ParseCatalogue], of one that is too large no more than it
// takes to refuse it.
func ReadFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, maxCatalogue+1))
}

// LoadDir reads the language files of a folder, *.toml. Files that are none are told with
// what is wrong in the others.
func LoadDir(dir string) (list []*Catalogue, found []Finding, err error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.toml"))
	if err != nil {
		return nil, nil, err
	}
	if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("read languages: no folder %s", dir)
	}
	for _, name := range files {
		var c *Catalogue
		var bad []Finding
		data, err := ReadFile(name)
		if err == nil {
			c, bad, err = ParseCatalogue(data)
		}
		if err != nil {
			found = append(found, Finding{File: filepath.Base(name), What: err.Error(), Wrong: true})
			continue
		}
		for i := range bad {
			bad[i].File = filepath.Base(name)
		}
		list, found = append(list, c), append(found, bad...)
	}
	return list, found, nil
}

// Export writes a language file with every text: those of a language that is known, the
// English ones as remarks.
func Export(code, name string) string {
	var b strings.Builder
	c := catalogue(code)
	fmt.Fprintf(&b, "# A language of the bench. What is left empty is shown in English behind %q.\n", Missing)
	b.WriteString("# {fields} and %-signs stay as they are; a part in [brackets] is left out when its field is empty.\n")
	fmt.Fprintf(&b, "# Check it: pickstation lang --check FILE\n\ncode = %s\nname = %s\n", tomlText(code), tomlText(name))
	for _, s := range sections() {
		fmt.Fprintf(&b, "\n[%s]\n", s.name)
		for _, k := range s.keys {
			t := ""
			switch {
			case code == ZH:
				t = s.pair[k].ZH
			case code == EN:
				t = s.pair[k].EN
			case c != nil:
				t = c.source(s.name, k)
			}
			fmt.Fprintf(&b, "# %s\n%s = %s\n", strings.ReplaceAll(s.pair[k].EN, "\n", " "), tomlKey(k), tomlText(t))
		}
	}
	return b.String()
}

// source is a text as the file gave it, "" where it lacks it.
func (c *Catalogue) source(section, key string) string {
	t := c.words[section][key]
	switch section {
	case "texts":
		t = reflect.ValueOf(&c.texts).Elem().FieldByName(key).String()
	case "messages":
		t = unparse(c.messages[order.MsgCode(key)])
	}
	if strings.HasPrefix(t, Missing) {
		return ""
	}
	return t
}

// unparse writes a template as it was read.
func unparse(parts []part) string {
	var b strings.Builder
	for _, p := range parts {
		switch {
		case p.opt != nil:
			b.WriteString("[" + unparse(p.opt) + "]")
		case p.field != "":
			b.WriteString("{" + p.field + "}")
		default:
			b.WriteString(p.lit)
		}
	}
	return b.String()
}

var bareKey = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)

func tomlKey(k string) string {
	if bareKey.MatchString(k) {
		return k
	}
	return tomlText(k)
}

// tomlText is a basic string of TOML 1.0.
func tomlText(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < 0x20 || r == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
