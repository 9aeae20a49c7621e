package devices

import (
	"bytes"
	"fmt"
	"strings"
	"time"
)

// newScaleProtocol finds a scale's protocol by its name.
func newScaleProtocol(driver string) (scaleProtocol, error) {
	switch driver {
	case "toledo8217":
		return newLineScale(SuffixCR, []byte("W"), parseToledo), nil
	case "mt-sics":
		return newLineScale(SuffixLF, []byte("SI\r\n"), parseSICS), nil
	case "cas22":
		return newLineScale(SuffixLF, nil, parseCAS22), nil
	case "and18":
		return newLineScale(SuffixLF, nil, parseAND18), nil
	case "ohaus":
		return newLineScale(SuffixLF, []byte("IP\r\n"), parseOhaus), nil
	case "cas-swii":
		return &swii{}, nil
	}
	return nil, fmt.Errorf("unknown scale driver %q: use toledo8217, mt-sics, cas22, cas-swii, and18 or ohaus", driver)
}

// lineScale is a protocol of lines.
type lineScale struct {
	framer *Framer
	query  []byte
	parse  func(line []byte) reading
	got    func(reading, []byte)
	half   int
}

// scaleLine is the longest line a scale sends, with room to spare, in bytes.
const scaleLine = 64

func newLineScale(suffix Suffix, query []byte, parse func([]byte) reading) *lineScale {
	l := &lineScale{query: query, parse: parse}
	f, err := NewFramer(Framing{Suffix: suffix, Max: scaleLine},
		func(raw []byte, _, _ time.Time) {
			if r := l.parse(raw); r.state != "" {
				l.got(r, raw)
			}
		},
		func(n Noise) {
			if n.Reason == "cut off" {
				l.half = n.Bytes
				return
			}
			l.got(reading{state: Unreadable, note: n.Reason}, n.Head)
		})
	if err != nil {
		panic(err) // the suffixes above are all known
	}
	l.framer = f
	return l
}

func (l *lineScale) push(b []byte, now time.Time, got func(reading, []byte)) []byte {
	l.got = got
	l.framer.Push(b, now)
	return nil
}

func (l *lineScale) ask() []byte { return l.query }

func (l *lineScale) cut() int {
	l.half = 0
	l.framer.Cut()
	return l.half
}

// unreadable is a line that the protocol does not know.
func unreadable(line []byte) reading {
	return reading{state: Unreadable, note: fmt.Sprintf("%.40q", line)}
}

// parseToledo reads an answer of the Toledo 8217 protocol (PSC Magellan 8500 manual, 6.1.3.2): STX, weight, N when net;
// or STX ? status. Three decimals are kilograms, two are pounds. Parity, where the line keeps it, is bit 7.
func parseToledo(line []byte) reading {
	b := bytes.Clone(line)
	for i := range b {
		b[i] &= 0x7f
	}
	b, ok := bytes.CutPrefix(b, []byte{stx})
	if !ok || len(b) == 0 {
		return unreadable(line)
	}
	if b[0] == '?' {
		return toledoStatus(b[1:])
	}
	text, net := bytes.CutSuffix(b, []byte("N"))
	m, exp, ok := parseDecimal(text)
	r := reading{state: Stable, mantissa: m, exp: exp, net: net}
	switch {
	case ok && exp == -3:
		r.unit = "kg"
	case ok && exp == -2:
		r.unit = "lb"
	default:
		return unreadable(line)
	}
	return r
}

// toledoStatus reads the status byte: bit 0 motion, 1 over capacity, 2 under zero, 3 outside the zero range, 4 centre of
// zero, 5 net, 6 always set.
func toledoStatus(b []byte) reading {
	switch {
	case len(b) != 1 || b[0]&0x40 == 0:
		return unreadable(b)
	case b[0]&0x02 != 0:
		return reading{state: Over}
	case b[0]&0x04 != 0:
		return reading{state: Under}
	case b[0]&0x01 != 0:
		return reading{state: Motion}
	case b[0]&0x08 != 0:
		return reading{state: Unreadable, note: "outside the zero range: empty the pan and switch the scale off and on"}
	}
	return reading{} // a self test that passed
}

// parseSICS reads an answer of MT-SICS level 0 (Mettler Toledo reference manual 11780711): "S S     100.00 g".
func parseSICS(line []byte) reading {
	f := strings.Fields(string(line))
	switch {
	case len(f) == 1 && (f[0] == "ES" || f[0] == "ET" || f[0] == "EL"):
		return reading{state: Unreadable, note: map[string]string{"ES": "syntax error", "ET": "transmission error", "EL": "logical error"}[f[0]]}
	case len(f) < 2 || f[0] != "S":
		return unreadable(line)
	case len(f) == 2:
		switch f[1] {
		case "I":
			return reading{state: Motion, note: "busy"}
		case "+":
			return reading{state: Over}
		case "-":
			return reading{state: Under}
		}
		return unreadable(line)
	case len(f) != 4 || (f[1] != "S" && f[1] != "D"):
		return unreadable(line)
	}
	m, exp, ok := parseDecimal([]byte(f[2]))
	if !ok {
		return unreadable(line)
	}
	return reading{state: settled(f[1] == "S"), mantissa: m, exp: exp, unit: f[3]}
}

func settled(stable bool) WeightState {
	if stable {
		return Stable
	}
	return Motion
}

// parseHead reads the heads that CAS and A&D share: ST stable, US unstable, OL overload; GS gross, NT net.
func parseHead(line []byte) (r reading, rest []byte, ok bool) {
	if len(line) < 6 || line[2] != ',' || line[5] != ',' {
		return r, nil, false
	}
	switch string(line[:2]) {
	case "ST":
		r.state = Stable
	case "US":
		r.state = Motion
	case "OL":
		r.state = Over
	default:
		return r, nil, false
	}
	switch string(line[3:5]) {
	case "GS":
	case "NT":
		r.net = true
	default:
		return r, nil, false
	}
	return r, line[6:], true
}

// parseCAS22 reads the 22-byte CAS format (CI-600D manual): head, device id, a binary lamp byte, comma, 8 bytes of weight, space, unit.
func parseCAS22(line []byte) reading {
	r, rest, ok := parseHead(line)
	if ok && r.state == Over {
		return reading{state: Over} // an overload has no number
	}
	if !ok || len(rest) != 14 || rest[2] != ',' {
		return unreadable(line)
	}
	return withWeight(r, rest[3:11], rest[11:], line)
}

// parseAND18 reads the 18-byte A&D format: head, sign and 7 bytes of weight, unit.
func parseAND18(line []byte) reading {
	r, rest, ok := parseHead(line)
	if ok && r.state == Over {
		return reading{state: Over}
	}
	if !ok || len(rest) != 10 {
		return unreadable(line)
	}
	return withWeight(r, rest[:8], rest[8:], line)
}

// withWeight completes a reading with its number and unit.
func withWeight(r reading, number, unit, line []byte) reading {
	var ok bool
	if r.mantissa, r.exp, ok = parseDecimal(number); !ok {
		return unreadable(line)
	}
	if r.unit = strings.ToLower(string(bytes.TrimSpace(unit))); r.unit == "" {
		return unreadable(line)
	}
	return r
}

// parseOhaus reads an Ohaus line (RS232 interface manual; Defender 3000): sign, weight, unit, ? when unstable, legend.
func parseOhaus(line []byte) reading {
	text := strings.TrimSpace(string(line))
	if text == "" {
		return reading{}
	}
	sign := ""
	if text[0] == '-' || text[0] == '+' {
		sign, text = text[:1], strings.TrimLeft(text[1:], " ")
	}
	number, rest, _ := strings.Cut(text, " ")
	rest = strings.TrimLeft(rest, " ")
	end := strings.IndexFunc(rest, func(c rune) bool { return c < 'a' || c > 'z' })
	if end < 0 {
		end = len(rest)
	}
	unit, legend := rest[:end], strings.ReplaceAll(rest[end:], " ", "")
	unstable := strings.HasPrefix(legend, "?")
	legend = strings.TrimPrefix(legend, "?")
	m, exp, ok := parseDecimal([]byte(sign + number))
	switch {
	case !ok || unit == "":
		return unreadable(line)
	case legend != "" && legend != "G" && legend != "N" && legend != "T" && legend != "NET" && legend != "B/G" && legend != "PT":
		return unreadable(line)
	}
	return reading{state: settled(!unstable), mantissa: m, exp: exp, unit: unit, net: legend == "N" || legend == "NET"}
}

// swii is the CAS protocol of the SW-II, PD-II and AP scales: ENQ, the scale's ACK, DC1, then a block of 15 bytes: SOH STX
// status sign weight(6) unit(2) check ETX EOT, the check byte being the exclusive or from status to unit.
type swii struct{ buf []byte }

const (
	soh, eot, enq, dc1 = 0x01, 0x04, 0x05, 0x11
	swiiBlock          = 15
)

func (s *swii) ask() []byte { return []byte{enq} }

func (s *swii) cut() int {
	n := len(s.buf)
	s.buf = nil
	return n
}

func (s *swii) push(b []byte, _ time.Time, got func(reading, []byte)) (reply []byte) {
	for _, c := range b {
		if len(s.buf) == 0 {
			switch c {
			case ack:
				reply = append(reply, dc1)
			case soh:
				s.buf = append(s.buf, c)
			}
			continue
		}
		s.buf = append(s.buf, c)
		if len(s.buf) == 2 && c != stx {
			s.buf = s.buf[:0]
		}
		if len(s.buf) == swiiBlock {
			got(parseSWII(s.buf), s.buf)
			s.buf = s.buf[:0]
		}
	}
	return reply
}

func parseSWII(b []byte) reading {
	var check byte
	for _, c := range b[2:12] {
		check ^= c
	}
	if b[12] != check || b[13] != etx || b[14] != eot {
		return reading{state: Unreadable, note: "wrong check byte"}
	}
	if b[2] != 'S' && b[2] != 'U' {
		return unreadable(b)
	}
	if b[3] == 'F' { // in the place of the sign: overflow
		return reading{state: Over}
	}
	return withWeight(reading{state: settled(b[2] == 'S')}, b[3:10], b[10:12], b)
}
