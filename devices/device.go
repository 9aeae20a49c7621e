package devices

import (
	"time"
)

// Frame is one message read from a scanner.
type Frame struct {
	Device string // the name the configuration gives the device
	Seq    uint64 // counts the frames of this device since the program started, from 1
	Raw    []byte // the bytes as received, without framing; never empty, the receiver's to keep
	// FirstByte and LastByte are when the first and the last byte of the frame were read.
	FirstByte, LastByte time.Time
	// Retransmit: the device marks the frame as sent before (SSI status bit 0), and this program has not seen the first
	// sending. Compare Packet with the one stored in the last scan's transaction: equal means already stored.
	Retransmit bool
	// Unsure: these bytes may be the same scan sent again, because the answer to an identical frame never left, and the
	// protocol has no way to say so. Ask the operator to scan again; neither count nor drop it.
	Unsure bool
	Via    string // how it came: "none", "acknak", "honeywell-hostack", "zebra-ssi", "wedge"
	// AIM is the symbology identifier ("]C1") that the scanner's own code identifier stands for; empty when Raw carries it
	// itself or the profile names no set. Data is Raw without that code identifier, and with the separator GS where the
	// scanner sends what its profile says in place of it.
	AIM    string
	Data   []byte
	Packet []byte // SSI packet identity, to be stored with the scan; nil for other drivers
}

// Text is what the scan says: the AIM identifier where one is known, then the data.
func (f Frame) Text() []byte {
	if f.AIM == "" {
		return f.Data
	}
	return append([]byte(f.AIM), f.Data...)
}

// Status is where a device stands.
type Status string

// The states of a device.
const (
	Absent  Status = "absent"  // no such port; waiting for it to be plugged in
	Opening Status = "opening" // the port is there, and is being opened
	Online  Status = "online"  // open and read
	Denied  Status = "denied"  // the port is there, this user may not open it
	Busy    Status = "busy"    // another program holds the port
	Failed  Status = "error"   // it broke; Err says how, and it is tried again
	Closed  Status = "closed"  // the program has let go of it
)

// State is a snapshot of one device: where it stands and what it has counted since the program started.
type State struct {
	Device string
	Kind   string // "scanner", "scale", "probe"
	Port   string // the path or address as configured
	Status Status
	Err    string // why it is not online; empty when it is
	Hint   string // what a person can do about it
	Since  time.Time
	Noise  *Noise // set when this report is about bytes that were no frame
	Health Health
}

// Health counts what passed a device.
type Health struct {
	Frames     uint64 // frames delivered
	BadFrames  uint64 // pieces of noise: overlong, cut off, bad checksum
	Repeats    uint64 // retransmissions answered again without counting, and frames marked Unsure
	NoReads    uint64 // the scanner's "no read" message
	Reconnects uint64 // times it came online after the first
	Answers    uint64 // answers written to the device
	LateDrops  uint64 // answers not written: the scanner had gone on or away
	Bytes      uint64 // bytes read
	LastByte   time.Time
	// Event is last byte read → delivered to the sink; Answer is last byte read → answer written.
	EventP50, EventP99, AnswerP50, AnswerP99 time.Duration
}

// Sink receives what the devices say. Every method is called from the goroutine that owns the device, one call at a time
// per device, several devices at once. Methods may block: the device is then not read, and nothing is dropped. They must
// return once the caller of Bench.Close wants it to end.
type Sink interface {
	Scan(Frame)
	State(State)
}

// AnswerSink is a Sink that notes which answers leave, so that it knows after a restart what a scanner may send again. It is
// told of positive answers to scanners that wait for them. The methods are called from the goroutine that writes to the
// device and must not block.
type AnswerSink interface {
	// Answering says that the answer to scan seq is about to leave. It is called before the first byte goes out.
	Answering(device string, seq uint64)
	// Answered says that the answer was written, and so early that the scanner cannot have sent the scan again meanwhile.
	Answered(device string, seq uint64)
}

// Fault is an error with what to do about it. Status tells its class; Absent, Denied and Busy heal when someone plugs,
// permits or lets go, and are tried again for ever.
type Fault struct {
	Op     string // "open /dev/serial/by-id/usb-…"
	Status Status
	Hint   string
	Err    error
}

// Error is the fault in one line, without the hint.
func (f *Fault) Error() string { return f.Op + ": " + f.Err.Error() }

// Unwrap gives the cause.
func (f *Fault) Unwrap() error { return f.Err }
