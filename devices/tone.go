package devices

import "fmt"

// Tone is what the operator hears and sees at the gun. Tones differ in rhythm as well as in pitch, so that they are told
// apart by people who do not hear high notes and on scanners with one fixed pitch.
type Tone uint8

// The tones, from the best news to the worst.
const (
	ToneOK        Tone = iota // the scan was right and is stored
	ToneLineDone              // … and the line is complete
	ToneOrderDone             // … and the shipment is complete
	ToneWarn                  // stored, changes nothing yet: something is asked for
	ToneStop                  // stored, and refused
	ToneNotSaved              // NOT stored: the scan does not count; scan again
	toneCount
)

var toneNames = [toneCount]string{"ok", "line_done", "order_done", "warn", "stop", "not_saved"}

// String is the name used in logs and JSON.
func (t Tone) String() string {
	if t < toneCount {
		return toneNames[t]
	}
	return fmt.Sprintf("tone(%d)", uint8(t))
}

// signal is one tone in the language of every kind of scanner.
type signal struct {
	bells    int      // BEL characters, for scanners that beep once per BEL
	ssiBeep  int      // Zebra SSI BEEP code (SSI Programmer's Guide 72E-40451, table "Beep Code Definitions"); -1 none
	ssiLED   byte     // SSI LED selection bits; 0 none
	hostAck  []string // Honeywell Host ACK commands, each sent as ESC x , (Xenon/Granit User Guide, "Host ACK Responses")
	positive bool     // the scan is stored, so the protocol's acknowledgement may leave
}

// signals is the one table that says how a tone sounds. Host ACK: 7 good read, 8 razz, 4/5/6 beep low/medium/high,
// 1/2/3 green LED 0.135/2/5 s. SSI beeps: 0x00–0x04 one to five short high, 0x05–0x09 short low, 0x0f–0x13 long low,
// 0x14/0x15 fast and slow warble, 0x17 low-high.
var signals = [toneCount]signal{
	ToneOK:        {bells: 0, ssiBeep: 0x00, ssiLED: 0x01, hostAck: []string{"7", "1"}, positive: true},
	ToneLineDone:  {bells: 1, ssiBeep: 0x01, ssiLED: 0x01, hostAck: []string{"7", "6", "1"}, positive: true},
	ToneOrderDone: {bells: 2, ssiBeep: 0x17, ssiLED: 0x01, hostAck: []string{"4", "5", "6", "2"}, positive: true},
	ToneWarn:      {bells: 3, ssiBeep: 0x06, hostAck: []string{"4", "4"}, positive: true},
	ToneStop:      {bells: 4, ssiBeep: 0x11, hostAck: []string{"8", "8"}, positive: true},
	ToneNotSaved:  {bells: 5, ssiBeep: 0x15, hostAck: []string{"8", "4", "8", "4", "8"}},
}

// signal looks the tone up; an unknown tone sounds like Stop.
func (t Tone) signal() signal {
	if t < toneCount {
		return signals[t]
	}
	return signals[ToneStop]
}
