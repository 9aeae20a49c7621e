package wire

import (
	"bufio"
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"pickstation/order"
)

// A carried file brings messages from a station to its centre, or back, where no
// network does: on a stick in somebody's pocket. It is the line [carryMagic], one line
// of JSON ([CarryHead]) and a payload of bytes. The head names the station and signs
// kind, station and payload; nothing of the payload is looked at before the signature
// was checked.

// CarryKind says which way a file goes.
type CarryKind string

// Kinds of carried files.
const (
	CarryEvents CarryKind = "events" // from a station: zstd of [CarryLetter] and pushes
	CarryCopy   CarryKind = "copy"   // from a station, in case its disk is lost: laid out as CarryEvents; nobody waits for an answer
	CarryAnswer CarryKind = "answer" // from a centre: [CarryReply], zstd, sealed to the station's key
)

// CopySuffix ends the names of copies. What stands before it puts those of a station in the
// order in which they are to be taken in.
const CopySuffix = ".copy"

// CarryVersion is the version of the files that are written here.
const CarryVersion = 1

// Limits of a carried file, bytes.
const (
	MaxCarried     = 256 << 20 // payload
	maxCarryHead   = 64 << 10
	carryMagic     = "pickstation carried file\n"
	carrySignature = "pickstation carried file signature v1"
)

// CarryHead is the first line of a carried file.
type CarryHead struct {
	V       int             `json:"v"`
	Kind    CarryKind       `json:"kind"`
	Station order.StationID `json:"station"`
	Cert    string          `json:"cert,omitempty"` // PEM, the station's certificate; kinds events and copy
	Sig     []byte          `json:"sig"`            // ECDSA over SHA-256, ASN.1
}

// CarryLetter is the first line of what a station sends: what it would ask for if it
// could. Pushes follow as on the wire, each a [PushHeader] and its events.
type CarryLetter struct {
	Timeline int64     `json:"tl"`
	Cursor   int64     `json:"cursor"` // of the feed
	Beat     Heartbeat `json:"beat"`
}

// CarryReply is what a centre answers.
type CarryReply struct {
	Pushes []CarriedPush  `json:"pushes"`
	Beat   HeartbeatReply `json:"beat"`
	Cursor int64          `json:"cursor"` // that the feed follows
	Feed   FeedReply      `json:"feed"`
}

// CarriedPush is the answer to one push, with what was pushed.
type CarriedPush struct {
	Log   order.LogID `json:"log"`
	Base  uint64      `json:"base"`
	N     int         `json:"n"`
	Reply PushReply   `json:"reply"`
}

func carryError(code, msg, hint string) error {
	return (&order.Error{Code: code, Op: "read carried file", Msg: msg}).WithHint("%s", hint)
}

var errCarryDamaged = carryError("carry_damaged", "the file is not a carried file, or is damaged", "write it anew and carry it again")

// digest is what is signed. Lengths stand before texts, so that no two files share one.
func (h *CarryHead) digest(payload []byte) []byte {
	d := sha256.New()
	for _, part := range [][]byte{[]byte(carrySignature), []byte(h.Kind), []byte(h.Station), payload} {
		var n [8]byte
		binary.BigEndian.PutUint64(n[:], uint64(len(part)))
		d.Write(n[:])
		d.Write(part)
	}
	return d.Sum(nil)
}

// WriteCarried signs a payload and writes the file.
func WriteCarried(w io.Writer, h CarryHead, payload []byte, key crypto.Signer) error {
	h.V = CarryVersion
	var err error
	if h.Sig, err = key.Sign(rand.Reader, h.digest(payload), crypto.SHA256); err != nil {
		return fmt.Errorf("sign carried file: %w", err)
	}
	head, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("encode carried file: %w", err)
	}
	for _, part := range [][]byte{[]byte(carryMagic), head, []byte("\n"), payload} {
		if _, err := w.Write(part); err != nil {
			return fmt.Errorf("write carried file: %w", err)
		}
	}
	return nil
}

// ReadCarried takes a file apart. The payload is not to be used before
// [CarryHead.Verify] has returned nil.
func ReadCarried(r io.Reader) (h CarryHead, payload []byte, err error) {
	all, err := io.ReadAll(io.LimitReader(r, MaxCarried+maxCarryHead+1))
	if err != nil {
		return h, nil, fmt.Errorf("read carried file: %w", err)
	}
	rest, ok := bytes.CutPrefix(all, []byte(carryMagic))
	head, _, found := bytes.Cut(rest[:min(len(rest), maxCarryHead)], []byte("\n"))
	if !ok || !found {
		return h, nil, errCarryDamaged
	}
	payload = rest[len(head)+1:]
	if err := json.Unmarshal(head, &h); err != nil || len(payload) > MaxCarried {
		return h, nil, errCarryDamaged
	}
	if h.V != CarryVersion {
		return h, nil, carryError("carry_version", fmt.Sprintf("the file has version %d, this program reads %d", h.V, CarryVersion),
			"update the older of the two programs and write the file anew")
	}
	return h, payload, nil
}

// Verify checks kind and signature.
func (h *CarryHead) Verify(kind CarryKind, key crypto.PublicKey, payload []byte) error {
	if h.Kind != kind {
		return carryError("carry_kind", fmt.Sprintf("the file holds %q, wanted is %q", h.Kind, kind),
			"a station's file goes to pickcentral sync import, the answer back to pickstation sync import")
	}
	pub, ok := key.(*ecdsa.PublicKey)
	if !ok || !ecdsa.VerifyASN1(pub, h.digest(payload), h.Sig) {
		return carryError("carry_signature", "the file was changed on its way, or somebody else wrote it", "write it anew and carry it again")
	}
	return nil
}

// CarryReader reads the lines of a station's file.
type CarryReader struct {
	r   *bufio.Reader
	buf []byte
}

// NewCarryReader reads the letter from decompressed lines.
func NewCarryReader(src io.Reader) (*CarryReader, CarryLetter, error) {
	c := &CarryReader{r: bufio.NewReaderSize(src, 64<<10)}
	var l CarryLetter
	line, err := c.line()
	if err != nil || json.Unmarshal(line, &l) != nil {
		return nil, l, errCarryDamaged
	}
	return c, l, nil
}

// Next returns the next push, io.EOF after the last one.
func (c *CarryReader) Next() (h PushHeader, bodies [][]byte, err error) {
	line, err := c.line()
	if errors.Is(err, io.EOF) {
		return h, nil, err
	}
	if err != nil || json.Unmarshal(line, &h) != nil || h.N < 0 || h.N > MaxPushEvents {
		return h, nil, errCarryDamaged
	}
	size := 0
	for range h.N {
		line, err := c.line()
		if size += len(line); err != nil || size > MaxPushBytes {
			return h, nil, errCarryDamaged
		}
		bodies = append(bodies, bytes.Clone(line))
	}
	return h, bodies, nil
}

// line returns the next line without its end; it is good until the next call. io.EOF
// means that nothing follows.
func (c *CarryReader) line() ([]byte, error) {
	c.buf = c.buf[:0]
	for {
		part, err := c.r.ReadSlice('\n')
		c.buf = append(c.buf, part...)
		switch {
		case len(c.buf) > MaxPushBytes: // no line is longer than a push
			return nil, errCarryDamaged
		case err == nil:
			return c.buf[:len(c.buf)-1], nil
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF) && len(c.buf) == 0:
			return nil, io.EOF
		default: // it ends in the middle, or cannot be unpacked
			return nil, errCarryDamaged
		}
	}
}
