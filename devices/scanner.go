package devices

import (
	"bytes"
	"fmt"
	"sync"
	"time"
)

// driver is the protocol between framing and scanner. push, wake, start and cut are called by the owner goroutine.
type driver interface {
	start() []byte                          // sent when the port has opened
	push(b []byte, now time.Time) []byte    // bytes in; bytes to send at once
	wake(now time.Time) ([]byte, time.Time) // timers; when to wake next
	cut()                                   // the connection is gone
	// answer encodes a tone; it is called with scanner.mu held. nil: this driver has nothing to say.
	answer(t Tone) []byte
	acks() bool // the scanner waits for the answer before it goes on
}

// scan is a frame on its way from the driver to the sink.
type scan struct {
	raw         []byte
	first, last time.Time
	aim         string // known from the protocol
	packet      []byte
	retransmit  bool
	unsure      bool
}

// pending is what is known of the last frame delivered.
type pending struct {
	seq      uint64
	conn     uint64
	raw      []byte
	packet   []byte
	last     time.Time
	answered bool // the station has said how it went
	stored   bool // … and that it is stored
	acked    bool // … and the answer has left
	slow     bool // … so late that the scanner may have sent the frame again meanwhile
}

// scanner is the engine of one barcode scanner.
type scanner struct {
	name    string
	profile Profile
	sink    Sink
	link    *link
	driver  driver

	mu            sync.Mutex // guards below; never held while the sink is called or a message is queued
	seq           uint64
	prev          pending
	frames        uint64
	bad, repeats  uint64
	noReads       uint64
	answers, late uint64
	bytes         uint64
	lastByte      time.Time

	event, answered latency
}

func newScanner(name string, p Profile, sink Sink) (*scanner, error) {
	s := &scanner{name: name, profile: p, sink: sink}
	if _, ok := codeIDs[p.CodeID]; !ok && p.CodeID != "" && p.CodeID != "aim" {
		return nil, fmt.Errorf("unknown code_id %q: use one of %v", p.CodeID, CodeIDSets())
	}
	if p.Driver == "zebra-ssi" {
		s.driver = &ssiDriver{s: s, wakeUp: p.Wake}
		return s, nil
	}
	d := &plainDriver{s: s}
	switch p.Driver {
	case "", "none":
		d.say = func(t Tone) []byte { return d.bells(t) }
	case "acknak":
		d.waits, d.ok, d.say = true, []byte{ack}, d.ackNak
	case "honeywell-hostack":
		d.waits, d.ok, d.say = true, hostAck(ToneOK), hostAck
	default:
		return nil, fmt.Errorf("unknown scanner driver %q: use none, acknak, honeywell-hostack or zebra-ssi", p.Driver)
	}
	f, err := NewFramer(p.Framing(), d.frame, s.noise)
	if err != nil {
		return nil, err
	}
	d.framer = f
	s.driver = d
	return s, nil
}

func (s *scanner) opened(time.Time) []byte { return s.driver.start() }

func (s *scanner) receive(b []byte, now time.Time) []byte {
	s.mu.Lock()
	s.bytes += uint64(len(b))
	s.lastByte = now
	s.mu.Unlock()
	return s.driver.push(b, now)
}

func (s *scanner) wake(now time.Time) ([]byte, time.Time) { return s.driver.wake(now) }

func (s *scanner) lost(time.Time) { s.driver.cut() }

// deliver numbers a scan and hands it to the sink, which may block.
func (s *scanner) deliver(c scan) {
	aim, data := splitCodeID(s.profile.CodeID, c.raw)
	if aim == "" {
		aim = c.aim
	}
	if s.profile.GS != "" {
		data = bytes.ReplaceAll(data, []byte(s.profile.GS), []byte{gs})
	}
	via := s.profile.Driver
	if via == "" {
		via = "none"
	}
	conn := s.link.connection()
	s.mu.Lock()
	s.seq++
	s.frames++
	if c.unsure {
		s.repeats++
	}
	f := Frame{
		Device: s.name, Seq: s.seq, Raw: c.raw, FirstByte: c.first, LastByte: c.last, Retransmit: c.retransmit, Unsure: c.unsure,
		Via: via, AIM: aim, Data: data, Packet: c.packet,
	}
	s.prev = pending{seq: s.seq, conn: conn, raw: c.raw, packet: c.packet, last: c.last}
	s.mu.Unlock()
	s.event.add(time.Since(c.last))
	s.sink.Scan(f)
}

func (s *scanner) noise(n Noise) {
	s.mu.Lock()
	s.bad++
	s.mu.Unlock()
	s.link.noisy(n)
}

// answer tells the scanner how the scan seq went. An answer leaves only for the last frame of the connection that is
// open: a scanner that has gone on would take it for the newer scan, and believe stored what is not.
func (s *scanner) answer(seq uint64, t Tone) {
	s.mu.Lock()
	p := &s.prev
	if seq != p.seq || p.answered {
		if s.driver.acks() || seq != p.seq {
			s.late++
		}
		s.mu.Unlock()
		return
	}
	p.answered, p.stored = true, t.signal().positive
	m := message{bytes: s.driver.answer(t), conn: p.conn, leaving: func() { s.leaving(seq) }, left: func() { s.left(seq) }, lost: func() { s.stayed(seq) }}
	s.mu.Unlock()
	s.link.send(m)
}

// leaving notes that the answer to seq goes out.
func (s *scanner) leaving(seq uint64) {
	s.mu.Lock()
	s.answers++
	p, tell := &s.prev, false
	if p.seq == seq {
		took := time.Since(p.last)
		p.acked, p.slow = true, s.profile.AckMS > 0 && took > s.profile.AckTimeout()*3/4
		s.answered.add(took)
		tell = p.stored
	}
	s.mu.Unlock()
	if to, ok := s.sink.(AnswerSink); ok && tell && s.driver.acks() {
		to.Answering(s.name, seq)
	}
}

// left tells whoever notes it that the answer to seq went out in time.
func (s *scanner) left(seq uint64) {
	s.mu.Lock()
	p := s.prev
	s.mu.Unlock()
	if to, ok := s.sink.(AnswerSink); ok && p.seq == seq && p.stored && !p.slow && s.driver.acks() {
		to.Answered(s.name, seq)
	}
}

// stayed notes that the answer to seq did not go out.
func (s *scanner) stayed(seq uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.late++
	if p := &s.prev; p.seq == seq {
		if p.acked {
			s.answers--
		}
		p.acked = false
	}
}

func (s *scanner) health() Health {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Health{
		Frames: s.frames, BadFrames: s.bad, Repeats: s.repeats, NoReads: s.noReads, Answers: s.answers, LateDrops: s.late,
		Bytes: s.bytes, LastByte: s.lastByte,
		EventP50: s.event.quantile(0.5), EventP99: s.event.quantile(0.99),
		AnswerP50: s.answered.quantile(0.5), AnswerP99: s.answered.quantile(0.99),
	}
}

// plainDriver is every protocol that sends framed data without a sequence: none, ACK/NAK and Honeywell Host ACK.
type plainDriver struct {
	s      *scanner
	framer *Framer
	waits  bool
	ok     []byte // what releases a scanner that waits
	say    func(Tone) []byte
	reply  []byte // collected during one push
}

func (d *plainDriver) start() []byte { return nil }

func (d *plainDriver) push(b []byte, now time.Time) []byte {
	d.reply = nil
	d.framer.Push(b, now)
	return d.reply
}

func (d *plainDriver) wake(now time.Time) ([]byte, time.Time) {
	d.reply = nil
	d.framer.Idle(now)
	return d.reply, d.framer.Due()
}

func (d *plainDriver) cut() { d.framer.Cut() }

func (d *plainDriver) acks() bool { return d.waits }

func (d *plainDriver) answer(t Tone) []byte { return d.say(t) }

// frame judges one frame. A scanner that waits and was not answered in time sends the same bytes again, and so does an
// operator who scans the same article again after it gave up; the protocol cannot tell the two apart, so the frame is
// marked.
func (d *plainDriver) frame(raw []byte, first, last time.Time) {
	s := d.s
	if s.profile.NoRead != "" && string(raw) == s.profile.NoRead {
		s.mu.Lock()
		s.noReads++
		s.mu.Unlock()
		d.reply = append(d.reply, d.ok...)
		return
	}
	s.mu.Lock()
	p := s.prev
	s.mu.Unlock()
	refused := p.answered && !p.stored
	unsure := d.waits && p.seq > 0 && (!p.acked || p.slow) && !refused && bytes.Equal(raw, p.raw)
	s.deliver(scan{raw: raw, first: first, last: last, unsure: unsure})
}

// bells gives the BEL characters of a tone, for scanners that beep on them.
func (d *plainDriver) bells(t Tone) []byte {
	if !d.s.profile.Bell {
		return nil
	}
	return bytes.Repeat([]byte{bel}, t.signal().bells)
}

// ackNak answers ACK for what is stored, refused scans included (NAK means "send again", and the scan would only be
// refused again), and NAK for what is not.
func (d *plainDriver) ackNak(t Tone) []byte {
	if !t.signal().positive {
		return []byte{nak}
	}
	return append([]byte{ack}, d.bells(t)...)
}

// hostAck is a tone as Honeywell escape commands, each ended by its comma (Xenon/Granit User Guide, "Host ACK").
func hostAck(t Tone) []byte {
	var b []byte
	for _, c := range t.signal().hostAck {
		b = append(append(append(b, esc), c...), ',')
	}
	return b
}
