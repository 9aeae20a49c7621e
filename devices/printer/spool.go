package printer

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// Spool is a printer that is a folder: every document becomes one file there, whole or not at all.
type Spool struct{ dir string }

// NewSpool makes a printer of a folder. The folder must exist; it is not made, because a missing folder is often a disk
// that is not mounted.
func NewSpool(dir string) *Spool {
	s := &Spool{dir: filepath.Clean(dir)}
	s.sweep()
	return s
}

// leftover is the age from which an unfinished file is one that a kill left behind.
const leftover = time.Hour

// sweep deletes unfinished files of earlier runs: they hold personal data.
func (s *Spool) sweep() {
	old, err := filepath.Glob(filepath.Join(s.dir, ".print-*"))
	if err != nil {
		return
	}
	for _, f := range old {
		if st, err := os.Stat(f); err == nil && time.Since(st.ModTime()) > leftover {
			_ = os.Remove(f) // the next start tries again
		}
	}
}

// Purge deletes documents from before a time: they hold personal data. Other files stay.
func (s *Spool) Purge(before time.Time) (n int, err error) {
	list, err := os.ReadDir(s.dir)
	if err != nil {
		return 0, s.fault("purge", err)
	}
	for _, e := range list {
		st, ierr := e.Info()
		if ierr != nil || !st.Mode().IsRegular() || !st.ModTime().Before(before) || !document(e.Name()) {
			continue
		}
		if rerr := os.Remove(filepath.Join(s.dir, e.Name())); rerr != nil {
			err = s.fault("purge", rerr)
			continue
		}
		n++
	}
	return n, err
}

// document says whether a file is one that a printer of this package made.
func document(name string) bool {
	for _, ext := range extensions {
		if strings.HasSuffix(name, ext) && ext != ".txt" {
			return true
		}
	}
	return false
}

var extensions = map[string]string{
	"application/pdf": ".pdf", "image/png": ".png", "application/vnd.zebra-zpl": ".zpl", "application/zpl": ".zpl", "application/vnd.tsc-tspl": ".tspl",
	"image/pwg-raster": ".pwg", "text/plain": ".txt",
}

// Submit writes the document as Name plus the extension of its type, readable by this user alone. The file appears in one
// step, after it is safe on disk. The same document under the same name is done already; another one is CodeNameTaken.
func (s *Spool) Submit(ctx context.Context, j Job) (JobRef, error) {
	if err := j.check(); err != nil {
		return "", err
	}
	if err := ctx.Err(); err != nil {
		return "", s.fault("print "+j.Name, err)
	}
	name := fileName(j.Name, j.ContentType)
	path := filepath.Join(s.dir, name)
	if done, err := s.already(path, j.Document); done || err != nil {
		return JobRef(name), err
	}
	tmp, err := s.stage(j.Document)
	if err != nil {
		return "", s.fault("print "+j.Name, err)
	}
	defer os.Remove(tmp)
	if err := os.Link(tmp, path); err != nil {
		if errors.Is(err, fs.ErrExist) { // another process was faster
			_, err = s.already(path, j.Document)
			return JobRef(name), err
		}
		return "", s.fault("print "+j.Name, err)
	}
	if err := syncDir(s.dir); err != nil {
		return "", s.fault("print "+j.Name, err)
	}
	return JobRef(name), nil
}

// fileName is the name of a document's file.
func fileName(name, contentType string) string {
	if ext := extensions[contentType]; ext != "" && !strings.HasSuffix(name, ext) {
		name += ext
	}
	return name
}

// Find looks for the file of a document.
func (s *Spool) Find(_ context.Context, name, contentType string, _ time.Duration) (JobRef, bool, error) {
	if !safeName(name) {
		return "", false, &Error{Code: CodeBadJob, Op: "find", Err: fmt.Errorf("%q is no job name", name), Hint: "use the name that Submit got"}
	}
	name = fileName(name, contentType)
	switch _, err := os.Stat(filepath.Join(s.dir, name)); {
	case err == nil:
		return JobRef(name), true, nil
	case errors.Is(err, fs.ErrNotExist):
		return "", false, nil
	default:
		return "", false, s.fault("find "+name, err)
	}
}

// already compares a document with what stands under its name.
func (s *Spool) already(path string, doc []byte) (bool, error) {
	have, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, s.fault("read "+path, err)
	case bytes.Equal(have, doc):
		return true, nil
	}
	return false, &Error{Code: CodeNameTaken, Op: "print " + filepath.Base(path), Err: errors.New("another document has this name"),
		Hint: "print it under a new print number; the file in the folder is left as it is"}
}

// stage writes the document to a hidden file and makes it durable.
func (s *Spool) stage(doc []byte) (name string, err error) {
	f, err := os.CreateTemp(s.dir, ".print-*") // mode 0600
	if err != nil {
		return "", err
	}
	defer func() {
		if cerr := f.Close(); err == nil {
			err = cerr
		}
		if err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	if _, err := f.Write(doc); err != nil {
		return "", err
	}
	return f.Name(), f.Sync()
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// Status tries the folder: it must be there and writable.
func (s *Spool) Status(context.Context) (State, error) {
	st, err := os.Stat(s.dir)
	if err == nil && !st.IsDir() {
		err = fmt.Errorf("%s is no folder", s.dir)
	}
	if err == nil {
		var f *os.File
		if f, err = os.CreateTemp(s.dir, ".probe-*"); err == nil {
			_ = f.Close()
			err = os.Remove(f.Name())
		}
	}
	switch {
	case err == nil:
		return state(Ready), nil
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return s.state(Denied, err), nil
	}
	return s.state(Unreachable, err), nil
}

// state is a folder that takes no labels; its hint is about folders, not about cables.
func (s *Spool) state(c Condition, err error) State {
	st := state(c, err.Error())
	st.Hint = s.fault("status", err).Hint
	return st
}

// Job says Done for a file that is there.
func (s *Spool) Job(_ context.Context, ref JobRef) (JobState, error) {
	if !safeName(string(ref)) {
		return JobState{}, &Error{Code: CodeBadJob, Op: "job " + string(ref), Err: errors.New("no reference of this printer"), Hint: "use the reference that Submit gave"}
	}
	_, err := os.Stat(filepath.Join(s.dir, string(ref)))
	switch {
	case err == nil:
		return JobState{Progress: Done}, nil
	case errors.Is(err, fs.ErrNotExist):
		return JobState{Progress: Forgotten, Reasons: []string{"the file was taken out of the folder"}}, nil
	}
	return JobState{}, s.fault("job "+string(ref), err)
}

// fault classifies an error of the file system.
func (s *Spool) fault(op string, err error) *Error {
	e := &Error{Code: CodeUnreachable, Op: op, Err: err, Hint: "look at the folder " + s.dir}
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		e.Hint = "make the folder " + s.dir + ", or mount the disk it is on"
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		e.Code, e.Hint = CodeDenied, "let this user write to "+s.dir
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		e.Code, e.Hint, e.Retryable = CodeNoSpace, "make room on the disk of "+s.dir, true
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		e.Retryable, e.Hint = true, "try again"
	}
	return e
}
