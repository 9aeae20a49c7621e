package gs1

import (
	"slices"
	"strings"
)

// GS1 Digital Link, URI Syntax 1.2 and later: /key/value[/qualifier/value…][?attribute=value&…].

// uriCharacters are those RFC 3986 allows in a URI, with the percent sign; domainCharacters those of its host part.
var uriCharacters, domainCharacters = func() (uri, domain [256]bool) {
	for _, c := range []byte(digits + capitals + smalls + "-._~:/?#[]@!$&'()*+,;=%") {
		uri[c] = true
		domain[c] = strings.IndexByte("_~?#@!$&'()*+,;=%", c) < 0
	}
	return uri, domain
}()

// ParseDigitalLink reads the element strings out of a GS1 Digital Link URI and appends them to dst: first those of the
// path, then those of the query.
func ParseDigitalLink(dst []Element, uri string, o Options) ([]Element, error) {
	from := len(dst)
	dst, err := parseDigitalLink(dst, uri, o)
	if err == nil {
		err = associations(dst[from:], o.Required)
	}
	if err != nil {
		return dst[:from], err
	}
	return dst, nil
}

func parseDigitalLink(dst []Element, uri string, o Options) ([]Element, *Error) {
	path, query, err := splitURI(uri)
	if err != nil {
		return dst, err
	}
	start := keyPosition(path, o)
	if start < 0 {
		return dst, &Error{Code: NoKeyInPath, Value: uri}
	}
	from := len(dst)
	if dst, err = parsePath(dst, path[start+1:], o); err != nil {
		return dst, err
	}
	inPath := len(dst) - from
	if dst, err = parseQuery(dst, query, from, o); err != nil {
		return dst, err
	}
	return dst, checkLink(dst[from:], inPath, o)
}

// splitURI checks the outer shape and cuts out path and query; the fragment is nobody's concern here.
func splitURI(uri string) (path, query string, err *Error) {
	for i := range len(uri) {
		if !uriCharacters[uri[i]] {
			return "", "", &Error{Code: URIIllegalCharacters, Value: uri, Pos: i, Len: 1}
		}
	}
	if !isWebAddress(uri) {
		return "", "", &Error{Code: URIIllegalScheme, Value: uri}
	}
	rest := uri[strings.Index(uri, "://")+3:]
	slash := strings.IndexByte(rest, '/')
	if slash < 1 {
		return "", "", &Error{Code: URIMissingDomainAndPath, Value: uri}
	}
	for i := range slash {
		if !domainCharacters[rest[i]] {
			return "", "", &Error{Code: URIIllegalDomain, Value: uri, Pos: len(uri) - len(rest) + i, Len: 1}
		}
	}
	path, _, _ = strings.Cut(rest[slash:], "#")
	path, query, _ = strings.Cut(path, "?")
	return path, query, nil
}

// keyPosition finds the slash before the rightmost primary key: from the end, pairs of identifier and value are walked
// back until one is a key; -1 if a pair does not begin with an identifier before that.
func keyPosition(path string, o Options) int {
	for end := len(path); ; {
		valueSlash := strings.LastIndexByte(path[:end], '/')
		if valueSlash < 0 {
			return -1
		}
		slash := strings.LastIndexByte(path[:valueSlash], '/')
		if slash < 0 {
			return -1
		}
		d := linkDefinition(path[slash+1:valueSlash], o)
		if d == nil {
			return -1
		}
		if d.key {
			return slash
		}
		end = slash
	}
}

// keyNames are the words that early Digital Links used for identifiers; they are no longer part of the standard.
var keyNames = map[string]string{"cpid": "8010", "cpsn": "8011", "cpv": "22", "gcn": "255", "gdti": "253", "giai": "8004",
	"ginc": "401", "gln": "414", "glnx": "254", "gmn": "8013", "grai": "8003", "gsin": "402", "gsrn": "8018", "gsrnp": "8017",
	"gtin": "01", "itip": "8006", "lot": "10", "party": "417", "refno": "8020", "ser": "21", "srin": "8019", "sscc": "00"}

func linkDefinition(word string, o Options) *definition {
	if o.KeyNames {
		if ai, ok := keyNames[word]; ok {
			return find(ai)
		}
	}
	return define(word, o)
}

func parsePath(dst []Element, path string, o Options) ([]Element, *Error) {
	for path != "" {
		word, rest, _ := strings.Cut(path, "/")
		var value string
		value, path, _ = strings.Cut(rest, "/")
		d := linkDefinition(word, o)
		if d == nil || value == "" {
			return dst, &Error{Code: PathValueEmpty, AI: word}
		}
		var err *Error
		if dst, err = addLinkElement(dst, d, value, false, o); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

func parseQuery(dst []Element, query string, from int, o Options) ([]Element, *Error) {
	for query != "" {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		name, value, hasValue := strings.Cut(pair, "=")
		// Parameters that are not numbers belong to the web site, not to GS1.
		if !hasValue || name == "" || !allDigits(name) {
			continue
		}
		d := define(name, o)
		if d == nil {
			return dst, &Error{Code: UnknownAIInQuery, AI: name}
		}
		if value == "" {
			return dst, &Error{Code: QueryValueEmpty, AI: name}
		}
		if _, twice := Value(dst[from:], name); twice {
			return dst, &Error{Code: DuplicateAI, AI: name}
		}
		var err *Error
		if dst, err = addLinkElement(dst, d, value, true, o); err != nil {
			return dst, err
		}
	}
	return dst, nil
}

func addLinkElement(dst []Element, d *definition, value string, inQuery bool, o Options) ([]Element, *Error) {
	value, ok := unescape(value, inQuery)
	if !ok {
		return dst, &Error{Code: DecodedNull, AI: d.ai, Value: value}
	}
	if n := len(value); o.ShortGTINs && d.ai == "01" && (n == 13 || n == 12 || n == 8) {
		value = pad14(value)
	}
	if err := d.whole(d.ai, value); err != nil {
		return dst, err
	}
	if len(dst) >= MaxElements {
		return dst, &Error{Code: TooManyAIs}
	}
	return append(dst, Element{AI: d.ai, Value: value}), nil
}

// unescape resolves percent sequences; false on a null character. An incomplete sequence stays as it is, and the checks
// of the data field judge it.
func unescape(s string, inQuery bool) (string, bool) {
	if strings.IndexByte(s, '%') < 0 && !(inQuery && strings.IndexByte(s, '+') >= 0) {
		return s, true
	}
	out := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			c = hexValue(s[i+1])<<4 | hexValue(s[i+2])
			if c == 0 {
				return s, false
			}
			i += 2
		case c == '+' && inQuery:
			c = ' '
		}
		out = append(out, c)
	}
	return string(out), true
}

func hexValue(c byte) byte {
	if isDigit(c) {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

// checkLink tests that the qualifiers fit the key and that every parameter of the query may stand there.
func checkLink(elements []Element, inPath int, o Options) *Error {
	key := find(elements[0].AI)
	sequence := elements[1:inPath]
	if key == nil || !key.qualifiedBy(sequence) {
		return &Error{Code: InvalidQualifiers, AI: elements[0].AI}
	}
	for _, e := range elements[inPath:] {
		d := find(e.AI)
		if d == nil && !o.UnknownAttributes || d != nil && !d.attribute {
			return &Error{Code: NotAnAttribute, AI: e.AI}
		}
		if key.couldQualify(sequence, e.AI) {
			return &Error{Code: BelongsInPath, AI: e.AI}
		}
	}
	return nil
}

// qualifiedBy tells whether the sequence is an ordered selection from one of the key's alternatives.
func (d *definition) qualifiedBy(sequence []Element) bool {
	if len(sequence) == 0 {
		return true
	}
	return slices.ContainsFunc(d.qualifiers, func(alternative []string) bool {
		at := 0
		for _, q := range alternative {
			if at < len(sequence) && sequence[at].AI == q {
				at++
			}
		}
		return at == len(sequence)
	})
}

// couldQualify tells whether ai could be added to the sequence somewhere.
func (d *definition) couldQualify(sequence []Element, ai string) bool {
	return slices.ContainsFunc(d.qualifiers, func(alternative []string) bool {
		if !slices.Contains(alternative, ai) {
			return false
		}
		for _, e := range sequence {
			if e.AI == ai || !slices.Contains(alternative, e.AI) {
				return false
			}
		}
		return true
	})
}
