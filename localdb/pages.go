package localdb

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"os"
)

// pages reads a database file page by page without SQLite, which gives up at the first
// thing that is wrong. What it knows of the format is from "Database File Format",
// https://sqlite.org/fileformat2.html.
type pages struct {
	f     file
	wal   map[uint32][]byte // newest committed content of pages in the write-ahead log
	size  int               // bytes of a page
	use   int               // bytes of a page that hold content
	count uint32
	buf   []byte
}

// Types of b-tree pages (section 1.6).
const (
	pageIndexInner = 0x02
	pageTableInner = 0x05
	pageIndexLeaf  = 0x0a
	pageTableLeaf  = 0x0d
)

// maxCellBytes bounds one row; none of a station comes near.
const maxCellBytes = 64 << 20

var errPage = errors.New("the page makes no sense")

// openPages opens a database file and the write-ahead log beside it, whatever their state.
func openPages(path string) (*pages, error) { return openPagesOn(machine{}, path) }

func openPagesOn(fs fileSystem, path string) (*pages, error) {
	f, err := fs.OpenFile(path, os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	p := &pages{f: f, size: 4096}
	st, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	var head [100]byte
	if _, err := f.ReadAt(head[:], 0); err == nil {
		if n := int(binary.BigEndian.Uint16(head[16:])); n >= 512 && n&(n-1) == 0 && string(head[:15]) == "SQLite format 3" {
			p.size = n
		}
	}
	if err := p.readWAL(fs, path+"-wal"); err != nil && !os.IsNotExist(err) {
		f.Close()
		return nil, err
	}
	p.use = p.size
	p.count = max(p.count, uint32(st.Size()/int64(p.size)))
	p.buf = make([]byte, p.size)
	return p, nil
}

func (p *pages) close() { p.f.Close() }

// readWAL takes the committed pages of a write-ahead log.
func (p *pages) readWAL(fs fileSystem, path string) error {
	log, err := walCommits(fs, path, math.MaxUint32)
	if log.size > 0 {
		p.size, p.wal, p.count = log.size, log.pages, log.count
	}
	return err
}

// walLog is what the commits of a write-ahead log have written.
type walLog struct {
	pages map[uint32][]byte // newest content, by number
	size  int               // bytes of a page, 0: the log has no frames
	count uint32            // pages of the database after the last commit, 0: there is none
}

// walCommits reads at most so many frames of a log. What stands behind the last commit
// among them never happened.
func walCommits(fs fileSystem, path string, frames uint32) (log walLog, err error) {
	log.pages = map[uint32][]byte{}
	open := map[uint32][]byte{} // since the last commit
	var seen uint32
	err = walFrames(fs, path, func(f walPage) bool {
		seen++
		log.size = len(f.body)
		open[f.page] = bytes.Clone(f.body)
		if f.count > 0 {
			maps.Copy(log.pages, open)
			clear(open)
			log.count = f.count
		}
		return seen < frames
	})
	return log, err
}

// walPage is one frame of a write-ahead log.
type walPage struct {
	page  uint32 // whose content it is
	count uint32 // pages of the database after the commit that it ends, 0: it ends none
	body  []byte // valid during the call only
}

// walFrames gives the frames of a write-ahead log (section 4.1) until one is refused or
// the log ends, where its own checksums say so.
func walFrames(fs fileSystem, path string, take func(walPage) bool) error {
	wal, err := fs.OpenFile(path, os.O_RDONLY, 0)
	if err != nil {
		return err
	}
	defer wal.Close()
	f := io.NewSectionReader(wal, 0, math.MaxInt64)
	var head [walHeader]byte
	if _, err := io.ReadFull(f, head[:]); err != nil {
		return nil // nothing in it
	}
	var order binary.ByteOrder = binary.LittleEndian
	switch binary.BigEndian.Uint32(head[:]) {
	case 0x377f0682:
	case 0x377f0683:
		order = binary.BigEndian
	default:
		return nil
	}
	size := int(binary.BigEndian.Uint32(head[walPageSize:]))
	s0, s1 := walSum(order, 0, 0, head[:24])
	if size < 512 || size > 65536 || s0 != binary.BigEndian.Uint32(head[24:]) || s1 != binary.BigEndian.Uint32(head[28:]) {
		return nil
	}
	frame := make([]byte, walFrame+size)
	for {
		if _, err := io.ReadFull(f, frame); err != nil {
			return nil
		}
		if string(frame[8:16]) != string(head[16:24]) {
			return nil // of an earlier round
		}
		s0, s1 = walSum(order, s0, s1, frame[:8])
		s0, s1 = walSum(order, s0, s1, frame[walFrame:])
		if s0 != binary.BigEndian.Uint32(frame[16:]) || s1 != binary.BigEndian.Uint32(frame[20:]) {
			return nil
		}
		if !take(walPage{binary.BigEndian.Uint32(frame), binary.BigEndian.Uint32(frame[4:]), frame[walFrame:]}) {
			return nil
		}
	}
}

// walSum goes on with the checksum of a write-ahead log (section 4.2).
func walSum(order binary.ByteOrder, s0, s1 uint32, b []byte) (uint32, uint32) {
	for ; len(b) >= 8; b = b[8:] {
		s0 += order.Uint32(b) + s1
		s1 += order.Uint32(b[4:]) + s0
	}
	return s0, s1
}

// userVersion is the version of the schema as the file's first page has it (section 1.3.14).
func (p *pages) userVersion() int64 {
	b, err := p.page(1)
	if err != nil {
		return 0
	}
	return int64(binary.BigEndian.Uint32(b[60:]))
}

// page returns a page, valid until the next call; pages count from 1.
func (p *pages) page(no uint32) ([]byte, error) {
	if b := p.wal[no]; b != nil {
		return b, nil
	}
	if no == 0 || no > p.count {
		return nil, errPage
	}
	if _, err := p.f.ReadAt(p.buf, int64(no-1)*int64(p.size)); err != nil {
		return nil, fmt.Errorf("read page %d: %w", no, err)
	}
	return p.buf, nil
}

// cell is one cell of a b-tree page: a row, or the way to a child page.
type cell struct {
	child   uint32 // of inner pages
	rowid   int64  // of tables with one
	payload []byte // the row, of all but inner pages of tables
}

// cells returns the kind of a page and its cells; right is the last child of an inner one.
// The payloads stay valid. Cells that make no sense are counted.
func (p *pages) cells(no uint32) (kind byte, list []cell, right uint32, bad int, err error) {
	b, err := p.page(no)
	if err != nil {
		return 0, nil, 0, 0, err
	}
	b = append([]byte(nil), b...) // rows that run over need other pages
	h := 0
	if no == 1 {
		h = 100
	}
	if kind = b[h]; kind != pageIndexInner && kind != pageTableInner && kind != pageIndexLeaf && kind != pageTableLeaf {
		return kind, nil, 0, 0, errPage
	}
	n, at := int(binary.BigEndian.Uint16(b[h+3:])), h+8
	if kind == pageIndexInner || kind == pageTableInner {
		right, at = binary.BigEndian.Uint32(b[h+8:]), h+12
	}
	if at+2*n > len(b) {
		return kind, nil, 0, 0, errPage
	}
	for i := range n {
		off := int(binary.BigEndian.Uint16(b[at+2*i:]))
		if off < at+2*n || off >= p.use {
			bad++
			continue
		}
		c, err := p.cell(kind, b[off:p.use])
		if err != nil {
			bad++
			continue
		}
		list = append(list, c)
	}
	return kind, list, right, bad, nil
}

// cell reads one cell (section 1.6).
func (p *pages) cell(kind byte, b []byte) (c cell, err error) {
	if kind == pageIndexInner || kind == pageTableInner {
		if len(b) < 4 {
			return c, errPage
		}
		c.child, b = binary.BigEndian.Uint32(b), b[4:]
	}
	if kind == pageTableInner {
		c.rowid, _, err = varint(b)
		return c, err
	}
	total, n, err := varint(b)
	if err != nil || total < 0 || total > maxCellBytes {
		return c, errPage
	}
	b = b[n:]
	inline := (p.use-12)*64/255 - 23
	if kind == pageTableLeaf {
		if c.rowid, n, err = varint(b); err != nil {
			return c, err
		}
		b, inline = b[n:], p.use-35
	}
	c.payload, err = p.payload(int(total), inline, b)
	return c, err
}

// payload collects a row that may run over into overflow pages.
func (p *pages) payload(total, inline int, b []byte) ([]byte, error) {
	if total <= inline {
		if total > len(b) {
			return nil, errPage
		}
		return b[:total:total], nil
	}
	least := (p.use-12)*32/255 - 23
	here := least + (total-least)%(p.use-4)
	if here > inline {
		here = least
	}
	if here+4 > len(b) || int64(total) > int64(p.count)*int64(p.size) { // more than there is: the chain would run in circles
		return nil, errPage
	}
	out := append(make([]byte, 0, min(total, 1<<20)), b[:here]...)
	next := binary.BigEndian.Uint32(b[here:])
	for len(out) < total {
		page, err := p.page(next)
		if err != nil {
			return nil, err
		}
		out = append(out, page[4:min(p.use, 4+total-len(out))]...)
		next = binary.BigEndian.Uint32(page)
	}
	return out, nil
}

// varint reads a number of 1 to 9 bytes (section 1.6).
func varint(b []byte) (v int64, n int, err error) {
	for n < 8 {
		if n >= len(b) {
			return 0, 0, errPage
		}
		v = v<<7 | int64(b[n]&0x7f)
		if n++; b[n-1] < 0x80 {
			return v, n, nil
		}
	}
	if n >= len(b) {
		return 0, 0, errPage
	}
	return v<<8 | int64(b[n]), n + 1, nil
}

// record reads the values of a row (section 2.1).
func record(b []byte) (row, error) {
	size, n, err := varint(b)
	if err != nil || size < int64(n) || size > int64(len(b)) {
		return nil, errPage
	}
	types, body := b[n:size], b[size:]
	var r row
	for len(types) > 0 {
		t, n, err := varint(types)
		if err != nil {
			return nil, err
		}
		types = types[n:]
		width, err := widthOf(t)
		if err != nil || width > int64(len(body)) {
			return nil, errPage
		}
		v := body[:width:width]
		body = body[width:]
		switch {
		case t == 0:
			r = append(r, nil)
		case t == 7:
			r = append(r, math.Float64frombits(binary.BigEndian.Uint64(v)))
		case t <= 9:
			r = append(r, integer(t, v))
		case t%2 == 0:
			r = append(r, v)
		default:
			r = append(r, string(v))
		}
	}
	return r, nil
}

// widthOf returns how many bytes a value of a serial type takes.
func widthOf(t int64) (int64, error) {
	switch {
	case t < 0 || t == 10 || t == 11:
		return 0, errPage
	case t >= 12:
		return (t - 12) / 2, nil
	}
	return []int64{0, 1, 2, 3, 4, 6, 8, 8, 0, 0}[t], nil
}

func integer(t int64, v []byte) int64 {
	if t >= 8 {
		return t - 8 // 0 and 1 take no room
	}
	n := int64(0)
	if len(v) > 0 && v[0] >= 0x80 {
		n = -1
	}
	for _, c := range v {
		n = n<<8 | int64(c)
	}
	return n
}
