package localdb

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	sqlite3 "github.com/mattn/go-sqlite3"

	"pickstation/order"
)

// SQLite plays a write-ahead log over whatever database file has its name. Where somebody
// has copied a backup over a station.db by hand, that would mix the two. So every start
// writes a random mark into the database, copies it into the file, and notes it beside:
// the file alone, read without its log, must have the mark that was noted. A crash before
// the note leaves a file whose mark before that is the noted one.
//
// A mark also counts how often the log was copied into the file since the start: it is
// moved before each such copy, which is the last moment at which the log may begin anew, and
// noted after it. So the file is never behind the note, unless an older one was put there,
// and one that is not behind it lacks nothing that the log beside it goes on from. Only the
// first note of a start is synced: a power cut may lose later ones, and the file, and what it
// says of the start before, is ahead of the note then.

// sessionFile notes the mark of the last start, and how far it has come.
const sessionFile = "session"

// sessionSize is the length of a mark, hexadecimal digits: first those of its start, then
// the count. All are of one length, so that the row never moves in its page and a torn
// write cannot make it unreadable.
const (
	sessionSize = 32
	startSize   = 24
)

// noSession is the mark of a database that no station has left behind.
var noSession = strings.Repeat("0", sessionSize)

// whose is what the files say before SQLite has touched them.
type whose struct {
	noted   string // mark of the last start, "" not known
	strange bool   // the database is not the one that was left here
	log     bool   // the write-ahead log holds commits
	empty   bool   // nothing stands in the file
}

// mixed says that opening would play the log of another database over this one.
func (w whose) mixed() bool { return w.strange && w.log }

func (w whose) refuse(path string) error {
	if !w.mixed() {
		return nil
	}
	if w.empty {
		return order.Errorf("other_database", "%s is empty, and the log beside it, %s, holds the newest scans", path, path+"-wal").
			WithHint("save what the log holds with pickstation db salvage %s SAVED; then restore that or, better, the newest backup", path)
	}
	return order.Errorf("other_database", "%s is not the database that the log beside it, %s, belongs to: opened together they would be mixed", path, path+"-wal").
		WithHint("put back the file that was there; or, to use this one: mv %s COPY, then pickstation db restore COPY, which keeps the log for later", path)
}

// look reads the mark of a database file alone.
func (m *medium) look(path string) (w whose, err error) {
	if w.noted, err = m.noted(filepath.Dir(path)); err != nil || w.noted == "" {
		return w, err
	}
	p, err := openPagesOn(m.fs, path)
	if os.IsNotExist(err) {
		return w, nil
	}
	if err != nil {
		return w, err
	}
	defer p.close()
	w.log = len(p.wal) > 0
	p.wal = nil
	st, err := p.f.Stat()
	if err != nil {
		return w, err
	}
	if w.empty = st.Size() == 0; w.empty {
		w.strange = true // SQLite would delete the log
		return w, nil
	}
	mark, before, damaged := p.session()
	w.strange = !damaged && !reached(mark, w.noted) && !reached(before, w.noted)
	return w, nil
}

// session returns the mark of the last start and of the one before, "" where the file has
// none. Damaged means that the place where they stand cannot be read: whose file it is
// nobody knows then, and what helps is a salvage with the log that lies beside it.
func (p *pages) session() (mark, before string, damaged bool) {
	s := &salvage{ctx: context.Background(), from: p}
	var root uint32
	lost, _ := s.walk(1, func(_ byte, c cell) error {
		if r, err := record(c.payload); err == nil && len(r) == 5 && r.text(0) == "table" && r.text(1) == "session" {
			root = uint32(r.int(3))
		}
		return nil
	})
	if root == 0 {
		return "", "", lost > 0
	}
	lost, _ = s.walk(root, func(_ byte, c cell) error {
		if r, err := record(c.payload); err == nil && len(r) == 3 && len(r.text(1)) == sessionSize && len(r.text(2)) == sessionSize {
			mark, before = r.text(1), r.text(2)
		} else {
			damaged = true
		}
		return nil
	})
	return mark, before, damaged || lost > 0 || mark == ""
}

func (m *medium) noted(dir string) (string, error) {
	f, err := m.fs.OpenFile(filepath.Join(dir, sessionFile), os.O_RDONLY, 0)
	if os.IsNotExist(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	defer f.Close()
	b, err := io.ReadAll(io.NewSectionReader(f, 0, sessionSize+1))
	if err != nil {
		return "", err
	}
	text := strings.TrimSpace(string(b))
	if len(text) != sessionSize {
		return "", nil
	}
	return text, nil
}

// forgetSession drops the note: what comes next is not what was left here.
func (m *medium) forgetSession(dir string) error {
	if err := m.fs.Remove(filepath.Join(dir, sessionFile)); err != nil && !os.IsNotExist(err) {
		return err
	}
	return m.fs.SyncDir(dir)
}

// reached says whether a mark is the noted one or a later one of the same start.
func reached(mark, noted string) bool {
	return len(mark) == sessionSize && mark[:startSize] == noted[:startSize] && mark[startSize:] >= noted[startSize:]
}

// mark is what stands in the database.
func (db *DB) mark() string { return markOf(db.session, db.copies) }

func markOf(start string, copies uint32) string { return fmt.Sprintf("%s%08x", start, copies) }

// mark writes the mark of this start into the transaction of the start.
func (tx *Tx) mark(noted string) error {
	if noted == "" {
		noted = noSession
	}
	tx.db.session, tx.db.copies = string(randomLogID())[:startSize], 0
	return tx.exec("UPDATE session SET mark=?, before=?", tx.db.mark(), noted)
}

// settle copies the start into the database file, and notes its mark. Where that is not
// possible now, because somebody reads or the disk is full, the note before stays, which
// the file knows too.
func (db *DB) settle() error {
	switch whole, err := db.copyWhole(); {
	case err != nil && noRoom(err):
		return nil
	case err != nil || !whole:
		return err
	}
	if err := db.note(); err != nil && !noRoom(err) {
		return err
	}
	return nil
}

// note writes down how far the file has come. The first note of a start is synced, so that
// no note is ever of an earlier start than the one before.
func (db *DB) note() error {
	path, text := filepath.Join(db.dir, sessionFile), []byte(db.mark()+"\n")
	if !db.told {
		err := writeFile(db.on.fs, path, text)
		db.told = err == nil
		return err
	}
	f, err := db.on.fs.OpenFile(path, os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(writeAt(f, text, 0), f.Close())
}

// copyOn copies the write-ahead log into the database file, and notes that it did.
func (db *DB) copyOn() error {
	if err := db.w.exec("UPDATE session SET mark=?", markOf(db.session, db.copies+1)); err != nil {
		if isCode(err, sqlite3.ErrBusy) { // somebody else's shell; it is copied later
			return nil
		}
		return err // a full disk: the mark stands as it was
	}
	db.copies++
	whole, err := db.copyWhole()
	if err != nil || !whole {
		return err
	}
	return db.note()
}

// copyWhole copies as much of the write-ahead log into the database file as nobody reads,
// and says whether that was all.
func (db *DB) copyWhole() (bool, error) {
	r, err := db.w.one("PRAGMA wal_checkpoint(PASSIVE)")
	return err == nil && r.int(0) == 0 && r.int(1) == r.int(2), err
}
