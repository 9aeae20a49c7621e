package main

import (
	"context"
	"log/slog"
	"sync"

	"pickstation/devices"
	"pickstation/localdb"
	"pickstation/order"
	"pickstation/station"
)

// store is the database as the loop sees it.
type store struct{ *localdb.DB }

// Begin starts a transaction.
func (s store) Begin() (station.Tx, error) {
	tx, err := s.DB.Begin()
	if err != nil {
		return nil, err
	}
	return tx, nil
}

// localTx is the loop's transaction as the database's own, whatever stands around it.
func localTx(tx station.Tx) *localdb.Tx {
	for {
		around, ok := tx.(interface{ Unwrap() station.Tx })
		if !ok {
			return tx.(*localdb.Tx)
		}
		tx = around.Unwrap()
	}
}

// sink takes what the devices say to the loop of one session. What returns an error was
// not taken: the loop has ended, and the next session is asked.
type sink struct {
	ctx    context.Context
	loop   *station.Loop
	answer *gunAnswer
	cold   *coldPlaces
	watch  *watchers
}

// benchSink is everything that a bench's devices tell.
type benchSink interface {
	devices.Sink
	devices.AnswerSink
	devices.WeightSink
	devices.TemperatureSink
}

func (k *sink) scan(f devices.Frame) error {
	err := k.loop.Scan(k.ctx, station.Scan{Device: order.DeviceID(f.Device), Frame: f.Seq, Text: string(f.Text()),
		Unsure: f.Unsure, Waits: waitsForHost(f.Via), Resent: f.Retransmit, Packet: f.Packet, LastByte: f.LastByte})
	if err == nil {
		k.watch.tell(func() any { return newFrameLine(f) })
	}
	return err
}

// waitsForHost says whether a scanner with this driver waits for its answer, and sends
// a scan again, or lets it be scanned again, when none comes.
func waitsForHost(driver string) bool {
	switch driver {
	case "acknak", "honeywell-hostack", "zebra-ssi":
		return true
	}
	return false
}

// noise tells of bytes that were no message; of a scanner they are a scan that failed.
func (k *sink) noise(st devices.State) error {
	if st.Kind == "scanner" {
		if err := k.loop.Scan(k.ctx, station.Scan{Device: order.DeviceID(st.Device), Noise: st.Noise.Bytes}); err != nil {
			return err
		}
	}
	k.state(st)
	return nil
}

// state tells how a device stands. An ended loop shows nothing.
func (k *sink) state(st devices.State) {
	k.watch.tell(func() any { return newStateLine(st) })
	detail := st.Hint
	if detail == "" {
		detail = st.Err
	}
	_ = k.loop.SetDevice(k.ctx, station.DeviceView{Name: st.Device, Kind: st.Kind, Status: string(st.Status), Detail: detail, Since: st.Since})
}

// weight shows what a scale says. An ended loop books nothing.
func (k *sink) weight(w devices.Weight) {
	k.watch.tell(func() any { return newWeightLine(w) })
	_ = k.loop.SetScale(k.ctx, shownWeight(w))
}

// shownWeight is a reading in grams; one whose unit is unknown is no weight.
func shownWeight(w devices.Weight) station.Scale {
	s := station.Scale{Name: w.Device, State: string(w.State)}
	mg, ok := w.Milligrams()
	switch {
	case ok:
		s.Grams, s.Counts = int((mg+500)/1000), w.Counts
	case w.State == devices.Stable || w.State == devices.Motion:
		s.State = string(devices.Unreadable)
	}
	return s
}

func (k *sink) temperature(t devices.Temperature) error {
	err := k.loop.SetTemperature(k.ctx, station.Temperature{Probe: order.DeviceID(t.Device), Class: k.cold.classes[t.Device], State: string(t.State), MilliC: int(t.MilliC), At: t.At})
	if err != nil {
		return err
	}
	k.watch.tell(func() any { return newTemperatureLine(t) })
	k.cold.sample(k.ctx, t)
	return nil
}

func (k *sink) answering(device string, seq uint64) { k.answer.note(device, seq, order.AnswerLeaving) }

func (k *sink) answered(device string, seq uint64) { k.answer.note(device, seq, order.AnswerLeft) }

// gunAnswer gives the loop's tones to the devices, and notes how far each answer has
// come.
type gunAnswer struct {
	receipts *localdb.Receipts
	log      *slog.Logger
	devs     *benchDevices

	mu     sync.Mutex            // guards below
	stored map[string]storedScan // by device: its newest stored scan
}

// storedScan is a scan by its number on the device and by its event.
type storedScan struct {
	frame uint64
	event order.Hash
}

func newGunAnswer(db *localdb.DB, log *slog.Logger, devs *benchDevices) *gunAnswer {
	return &gunAnswer{receipts: db.Receipts(), log: log, devs: devs, stored: map[string]storedScan{}}
}

// Stored implements station.Receiver.
func (g *gunAnswer) Stored(device order.DeviceID, frame uint64, event order.Hash) {
	g.mu.Lock()
	g.stored[string(device)] = storedScan{frame, event}
	g.mu.Unlock()
}

// weighed lets a scale wait for an empty pan after its weight was booked.
func (g *gunAnswer) weighed(o station.Outcome) {
	if o.Input.Source != order.Weighed || o.Err != nil || !o.Decision.Verdict.Good() {
		return
	}
	g.devs.takeWeight(string(o.Input.Device))
}

// note writes down how far the answer to a scan has come.
func (g *gunAnswer) note(device string, frame uint64, m order.AnswerMark) {
	g.mu.Lock()
	s := g.stored[device]
	g.mu.Unlock()
	if s.frame != frame {
		return // a newer scan of this device is stored: what became of this answer is no longer asked
	}
	if err := g.receipts.Note(order.DeviceID(device), s.event, m); err != nil {
		g.log.Warn("answer_not_noted", "device", device, "err", err)
	}
}

var tones = map[order.Tone]devices.Tone{
	order.ToneOK: devices.ToneOK, order.ToneLineDone: devices.ToneLineDone, order.ToneOrderDone: devices.ToneOrderDone,
	order.ToneWarn: devices.ToneWarn, order.ToneStop: devices.ToneStop, order.ToneNotSaved: devices.ToneNotSaved,
}

// Answer implements station.Answerer.
func (g *gunAnswer) Answer(device order.DeviceID, frame uint64, tone order.Tone) {
	g.devs.answer(string(device), frame, tones[tone])
}
