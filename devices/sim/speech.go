package sim

import (
	"bytes"
	"fmt"

	"pickstation/devices"
)

// encode frames raw as the profile says. SSI gives several packets when one does not hold it.
func (s *Scanner) encode(raw []byte, again bool) ([][]byte, error) {
	if s.Profile.Driver == "zebra-ssi" {
		return ssiFrames(raw, again), nil
	}
	var b []byte
	switch s.Profile.Suffix {
	case devices.SuffixSTXETX:
		b = append(append([]byte{0x02}, raw...), 0x03)
	case devices.SuffixAuto, devices.SuffixCR, "":
		b = append(bytes.Clone(raw), '\r')
	case devices.SuffixLF:
		b = append(bytes.Clone(raw), '\n')
	case devices.SuffixCRLF:
		b = append(bytes.Clone(raw), '\r', '\n')
	case devices.SuffixTab:
		b = append(bytes.Clone(raw), '\t')
	case devices.SuffixNone:
		b = bytes.Clone(raw)
	default:
		return nil, fmt.Errorf("unknown suffix %q", s.Profile.Suffix)
	}
	return [][]byte{b}, nil
}

// ssiFrames cuts raw into DECODE_DATA packets. The code type follows the AIM identifier, where raw has one.
func ssiFrames(raw []byte, again bool) [][]byte {
	kind := byte(0x03) // Code 128
	for aim, k := range map[string]byte{"]A0": 0x01, "]C1": 0x0f, "]E0": 0x0b, "]E4": 0x0a, "]d2": 0x1b, "]Q3": 0x1c} {
		if bytes.HasPrefix(raw, []byte(aim)) {
			kind = k
		}
	}
	var status byte
	if again {
		status = devices.SSIRetransmit
	}
	var out [][]byte
	for {
		n := min(len(raw), devices.SSIMaxData-1)
		st := status
		if n < len(raw) {
			st |= devices.SSIContinuation
		}
		p := devices.SSIPacket{Op: devices.SSIDecodeData, Source: devices.SSIFromDecoder, Status: st, Data: append([]byte{kind}, raw[:n]...)}
		out = append(out, p.Encode())
		raw = raw[n:]
		if len(raw) == 0 {
			return out
		}
	}
}

// hear decodes what the station sent, as far as it is whole, and gives back the rest.
func hear(driver string, in []byte) (got []Answer, rest []byte) {
	switch driver {
	case "zebra-ssi":
		return hearSSI(in)
	case "honeywell-hostack":
		return hearHostAck(in)
	}
	for _, c := range in {
		kind := map[byte]string{0x06: "ack", 0x15: "nak", 0x07: "bell"}[c]
		if kind == "" {
			kind = "noise"
		}
		got = append(got, Answer{Kind: kind, Code: c})
	}
	return got, nil
}

// hearHostAck decodes ESC x , commands.
func hearHostAck(in []byte) (got []Answer, rest []byte) {
	for len(in) > 0 {
		if in[0] != 0x1b {
			got = append(got, Answer{Kind: "noise", Code: in[0]})
			in = in[1:]
			continue
		}
		if len(in) < 3 {
			return got, in
		}
		if in[2] == ',' {
			got = append(got, Answer{Kind: "command", Code: in[1]})
		} else {
			got = append(got, Answer{Kind: "noise", Code: in[1]})
		}
		in = in[3:]
	}
	return got, nil
}

// hearSSI decodes the host's packets.
func hearSSI(in []byte) (got []Answer, rest []byte) {
	for len(in) > 0 {
		if in[0] == 0 { // wake-up
			in = in[1:]
			continue
		}
		p, n, need, ok := devices.ParseSSI(in)
		if need > 0 {
			return got, in
		}
		a := Answer{Kind: "noise", Code: in[0]}
		if ok {
			a = ssiAnswer(p)
		}
		got = append(got, a)
		in = in[n:]
	}
	return got, nil
}

func ssiAnswer(p devices.SSIPacket) Answer {
	var first byte
	if len(p.Data) > 0 {
		first = p.Data[0]
	}
	switch p.Op {
	case devices.SSIAck:
		return Answer{Kind: "ack"}
	case devices.SSINak:
		return Answer{Kind: "nak", Code: first}
	case devices.SSIBeep:
		return Answer{Kind: "beep", Code: first}
	case devices.SSILedOn:
		return Answer{Kind: "led", Code: first}
	}
	return Answer{Kind: "command", Code: p.Op}
}
