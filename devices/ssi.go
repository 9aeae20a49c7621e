package devices

import (
	"bytes"
	"encoding/binary"
	"time"
)

// SSI op codes and flags (Zebra Simple Serial Interface Programmer's Guide, 72E-40451).
const (
	SSIAck         = 0xd0
	SSINak         = 0xd1
	SSIBeep        = 0xe6
	SSILedOn       = 0xe7
	SSIScanEnable  = 0xe9
	SSIScanDisable = 0xea
	SSIDecodeData  = 0xf3

	SSIFromDecoder = 0
	SSIFromHost    = 4

	SSIRetransmit   = 1 << 0 // status: the packet was sent before
	SSIContinuation = 1 << 1 // status: more packets of this message follow

	SSINakResend = 1 // cause of a CMD_NAK: send it again
	SSINakDenied = 6 // … the host will not have it

	ssiHeader = 4 // length, op code, source, status; the length byte counts them and the data, not the checksum

	// SSIMaxData is the most data bytes that one packet holds.
	SSIMaxData = 255 - ssiHeader
)

// ssiGap is the pause after which half a packet is given up: SSI's inter-character timeout is 200 ms.
const ssiGap = 200 * time.Millisecond

// SSIPacket is one packet without length and checksum.
type SSIPacket struct {
	Op, Source, Status byte
	Data               []byte // at most SSIMaxData bytes
}

// Encode gives the packet as it goes over the line. Data beyond SSIMaxData is cut off.
func (p SSIPacket) Encode() []byte {
	data := p.Data[:min(len(p.Data), SSIMaxData)]
	b := make([]byte, 0, ssiHeader+len(data)+2)
	b = append(b, byte(ssiHeader+len(data)), p.Op, p.Source, p.Status)
	b = append(b, data...)
	return binary.BigEndian.AppendUint16(b, ssiChecksum(b))
}

// hostPacket encodes a packet that the station sends.
func hostPacket(op byte, data ...byte) []byte {
	return SSIPacket{Op: op, Source: SSIFromHost, Data: data}.Encode()
}

// ssiChecksum is the two's complement of the 16-bit sum of all bytes before it.
func ssiChecksum(b []byte) uint16 {
	var sum uint16
	for _, c := range b {
		sum += uint16(c)
	}
	return -sum
}

// ParseSSI takes the first packet off b; its Data aliases b. need > 0: that many bytes must be there first. Otherwise n
// bytes are used up; ok false means that they are no packet (wrong checksum, impossible length).
func ParseSSI(b []byte) (p SSIPacket, n, need int, ok bool) {
	if len(b) == 0 {
		return p, 0, 1, false
	}
	size := int(b[0])
	if size < ssiHeader {
		return p, 1, 0, false
	}
	if len(b) < size+2 {
		return p, 0, size + 2, false
	}
	if binary.BigEndian.Uint16(b[size:]) != ssiChecksum(b[:size]) {
		return p, size + 2, 0, false
	}
	return SSIPacket{Op: b[1], Source: b[2], Status: b[3], Data: b[ssiHeader:size]}, size + 2, 0, true
}

// ssiDriver speaks SSI. The decoder sends one packet at a time and waits for CMD_ACK; it sends again, with the retransmit
// bit, when none comes.
type ssiDriver struct {
	s      *scanner
	wakeUp bool

	buf      []byte
	last     time.Time // when the last byte of buf came
	first    time.Time // when the first byte of the message in hand came
	parts    []byte    // what the continuation packets have brought
	lastPart []byte
	oversize bool
	damage   bool   // bytes were lost since the last good packet
	led      []byte // sent when the decoder has acknowledged the beep; guarded by scanner.mu
}

func (d *ssiDriver) acks() bool { return true }

// start wakes the decoder (its first byte is lost while it sleeps) and enables scanning.
func (d *ssiDriver) start() []byte {
	if !d.wakeUp {
		return nil
	}
	return append([]byte{0}, hostPacket(SSIScanEnable)...)
}

func (d *ssiDriver) cut() {
	if n := len(d.buf) + len(d.parts); n > 0 {
		d.s.noise(Noise{Reason: "cut off", Bytes: n, Head: head(append(bytes.Clone(d.parts), d.buf...))})
	}
	d.buf, d.parts, d.lastPart, d.oversize, d.damage = nil, nil, nil, false, true
}

func (d *ssiDriver) wake(now time.Time) ([]byte, time.Time) {
	if len(d.buf) == 0 {
		return nil, time.Time{}
	}
	if due := d.last.Add(ssiGap); now.Before(due) {
		return nil, due
	}
	return d.broken(len(d.buf)), time.Time{}
}

// broken drops n bytes that are no packet and asks for them again.
func (d *ssiDriver) broken(n int) []byte {
	d.s.noise(Noise{Reason: "bad packet", Bytes: n, Head: head(d.buf[:n])})
	d.buf, d.damage = d.buf[n:], true
	return hostPacket(SSINak, SSINakResend)
}

func (d *ssiDriver) push(b []byte, now time.Time) (reply []byte) {
	if len(d.buf) == 0 {
		d.first = now
	} else if now.Sub(d.last) >= ssiGap {
		reply = d.broken(len(d.buf))
	}
	d.buf, d.last = append(d.buf, b...), now
	for len(d.buf) > 0 {
		if d.buf[0] == 0 { // a NUL wakes a sleeping peer and means nothing
			d.buf = d.buf[1:]
			continue
		}
		p, n, need, ok := ParseSSI(d.buf)
		if need > 0 {
			break
		}
		if !ok {
			reply = append(reply, d.broken(n)...)
			continue
		}
		p.Data = bytes.Clone(p.Data)
		d.buf = d.buf[n:]
		reply = append(reply, d.packet(p, now)...)
		d.first = now
	}
	d.buf = bytes.Clone(d.buf)
	return reply
}

// packet handles one whole packet from the decoder.
func (d *ssiDriver) packet(p SSIPacket, now time.Time) []byte {
	if p.Source != SSIFromDecoder {
		return nil // our own echo, or another host's
	}
	switch p.Op {
	case SSIAck:
		d.s.mu.Lock()
		defer d.s.mu.Unlock()
		led := d.led
		d.led = nil
		return led
	case SSINak:
		return nil
	case SSIDecodeData:
		return d.decode(p, now)
	}
	return hostPacket(SSIAck)
}

// decode joins the packets of a message and delivers it when it is whole. Parts are acknowledged at once: they are no
// scan yet. The whole message is acknowledged by the answer, after it is stored.
func (d *ssiDriver) decode(p SSIPacket, now time.Time) []byte {
	if len(p.Data) < 2 {
		return hostPacket(SSINak, SSINakDenied)
	}
	body := p.Data
	if len(d.parts) > 0 && body[0] == d.parts[0] {
		body = body[1:] // the code type is a field of every packet (SE-923 guide, 6-15)
	}
	if p.Status&SSIContinuation != 0 {
		if p.Status&SSIRetransmit == 0 || !bytes.Equal(d.lastPart, p.Data) {
			d.parts = append(d.parts, body...)
		}
		d.lastPart = p.Data
		if len(d.parts) > MaxFrame {
			d.parts, d.oversize = d.parts[:1], true
		}
		return hostPacket(SSIAck)
	}
	whole := append(bytes.Clone(d.parts), body...)
	oversize := d.oversize || len(whole) > MaxFrame+1
	d.parts, d.lastPart, d.oversize = nil, nil, false
	if oversize {
		d.s.noise(Noise{Reason: "too long", Bytes: len(whole), Head: head(whole)})
		return hostPacket(SSIAck)
	}
	return d.whole(whole, p.Status&SSIRetransmit != 0, now)
}

// whole decides whether a message was seen before. The retransmit bit says that the decoder sent it before; what this
// program knows of the last message says which of the two sendings this is.
func (d *ssiDriver) whole(packet []byte, again bool, now time.Time) []byte {
	s := d.s
	damage := d.damage
	d.damage = false
	c := scan{raw: trimSuffix(packet[1:]), first: d.first, last: now, aim: ssiAIM(packet), packet: packet}
	if again {
		conn := s.link.connection()
		s.mu.Lock()
		p := &s.prev
		same := p.seq > 0 && bytes.Equal(p.packet, packet)
		switch {
		case p.seq == 0:
			c.retransmit = true // an earlier run of the program may have stored it: its database knows
		case same && !p.answered:
			p.conn = conn // the answer is under way and serves both sendings
			s.repeats++
			s.mu.Unlock()
			return nil
		case same && p.stored && (!p.acked || !damage):
			p.acked = true
			s.repeats++
			s.mu.Unlock()
			return hostPacket(SSIAck)
		case same && p.stored:
			c.unsure = true // a new scan of the same code may have been lost on the line
		}
		s.mu.Unlock()
	}
	s.deliver(c)
	return nil
}

// trimSuffix takes off the CR or CR LF that a scanner may be set to add: in packets it is data (SE-923 guide, 6-15), but it
// is none of the code's.
func trimSuffix(b []byte) []byte {
	if t := bytes.TrimSuffix(bytes.TrimSuffix(b, []byte{lf}), []byte{cr}); len(t) > 0 {
		return t
	}
	return b
}

// answer is CMD_ACK and the beep; the light follows when the decoder has acknowledged the beep, for a host may have only
// one command under way. CMD_NAK with cause "resend" says that the scan is not stored.
func (d *ssiDriver) answer(t Tone) []byte {
	sig := t.signal()
	d.led = nil
	if !sig.positive {
		return hostPacket(SSINak, SSINakResend)
	}
	b := hostPacket(SSIAck)
	if sig.ssiBeep >= 0 {
		b = append(b, hostPacket(SSIBeep, byte(sig.ssiBeep))...)
		if sig.ssiLED != 0 {
			d.led = hostPacket(SSILedOn, sig.ssiLED)
		}
	}
	return b
}

// ssiAIM is the AIM identifier for the code types that leave no doubt (SSI guide, table "Code Types"); Data Matrix and QR
// do not say whether they carry GS1 data, so they stay open.
func ssiAIM(packet []byte) string {
	data := packet[1:]
	if bytes.HasPrefix(data, []byte("]")) {
		return ""
	}
	switch packet[0] {
	case 0x01:
		return "]A0"
	case 0x03:
		return "]C0"
	case 0x0f:
		return "]C1"
	case 0x0a, 0x0b:
		return aimOfEAN(data)
	}
	return ""
}
