package localdb

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"sync"

	"pickstation/order"
)

// receiptsFile notes which answers have left.
const receiptsFile = "answers"

// Receipts note how far the answer to each scanner's newest scan has come, in a file of
// its own beside the database: a small write without a sync, so that answering costs no
// commit. The kernel keeps such a write when the process is killed. When the machine
// loses power it may be lost; then the answer counts as not left, and the next start
// asks. Safe for concurrent use.
type Receipts struct {
	f file // nil: nothing is noted

	mu    sync.Mutex           // guards below
	slots map[receiptKey]int   // place in the file
	notes map[receiptKey]noted // what the file says
	err   error                // the first failure; nothing is noted after it
}

type receiptKey [16]byte

type noted struct {
	event order.Hash
	mark  order.AnswerMark
}

// receiptSize is the length of one slot: device, event, mark and a checksum of those.
const receiptSize = 16 + 16 + 4 + 4

// maxReceipts bounds the file: more devices than that no bench has.
const maxReceipts = 256

// openReceipts reads the file; slots that make no sense count as free.
func openReceipts(fs fileSystem, dir string) (*Receipts, error) {
	f, err := fs.OpenFile(filepath.Join(dir, receiptsFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	r := &Receipts{f: f, slots: map[receiptKey]int{}, notes: map[receiptKey]noted{}}
	b, err := io.ReadAll(io.NewSectionReader(f, 0, maxReceipts*receiptSize))
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("read %s: %w", receiptsFile, err)
	}
	for i := 0; len(b) >= receiptSize; i, b = i+1, b[receiptSize:] {
		k, n, ok := parseReceipt(b[:receiptSize])
		if _, twice := r.slots[k]; !ok || twice {
			k = receiptKey{byte(i), 'f', 'r', 'e', 'e'} // keeps its place; no device has this key
			n = noted{}
		}
		r.slots[k], r.notes[k] = i, n
	}
	return r, nil
}

func keyOf(device order.DeviceID) receiptKey {
	sum := sha256.Sum256([]byte(device))
	return receiptKey(sum[:16])
}

func parseReceipt(b []byte) (k receiptKey, n noted, ok bool) {
	copy(k[:], b)
	copy(n.event[:], b[16:])
	n.mark = order.AnswerMark(binary.LittleEndian.Uint32(b[32:]))
	ok = crc32.ChecksumIEEE(b[:36]) == binary.LittleEndian.Uint32(b[36:]) && n.mark >= order.AnswerNone && n.mark <= order.AnswerLeft
	return k, n, ok
}

func (n noted) encode(k receiptKey) []byte {
	b := make([]byte, 0, receiptSize)
	b = append(append(b, k[:]...), n.event[:]...)
	b = binary.LittleEndian.AppendUint32(b, uint32(n.mark))
	return binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
}

// Note writes down how far the answer to a scan has come. The error is the file's, told
// once; without the note the next start asks about that scan, and nothing else is lost.
func (r *Receipts) Note(device order.DeviceID, event order.Hash, m order.AnswerMark) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.f == nil || r.err != nil {
		return nil
	}
	k, n := keyOf(device), noted{event, m}
	i, ok := r.slots[k]
	if !ok {
		if i = len(r.slots); i >= maxReceipts {
			return nil
		}
	}
	if _, err := r.f.WriteAt(n.encode(k), int64(i)*receiptSize); err != nil {
		r.err = fmt.Errorf("note an answer: %w", err)
		return r.err
	}
	r.slots[k], r.notes[k] = i, n
	return nil
}

// mark returns how far the answer to a device's scan has come.
func (r *Receipts) mark(device order.DeviceID, event order.Hash) order.AnswerMark {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n, ok := r.notes[keyOf(device)]; ok && n.event == event {
		return n.mark
	}
	return order.AnswerNone
}

func (r *Receipts) close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.f == nil {
		return nil
	}
	err := r.f.Close()
	r.f = nil
	return err
}

// Receipts returns the note of answers that have left. It may be used from any
// goroutine until the database is closed; after that it notes nothing.
func (db *DB) Receipts() *Receipts { return db.receipts }
