package devices

import (
	"bytes"
	"os"
	"testing"
	"time"
)

// sheet is a port that keeps what is written and, when full, takes no more.
type sheet struct {
	written []byte
	full    bool
}

func (s *sheet) Read([]byte) (int, error) { return 0, os.ErrDeadlineExceeded }

func (s *sheet) Write(p []byte) (int, error) {
	if s.full {
		return 0, os.ErrDeadlineExceeded
	}
	s.written = append(s.written, p...)
	return len(p), nil
}

func (s *sheet) SetReadDeadline(time.Time) error  { return nil }
func (s *sheet) SetWriteDeadline(time.Time) error { return nil }
func (s *sheet) Close() error                     { return nil }

// ended runs a writer whose connection has already ended and whose queue holds ACKs for connections 1, 2 and 1.
func ended(flush, full bool) (written []byte, dropped int) {
	l := &link{out: make(chan message, sendQueue)}
	for _, conn := range []uint64{1, 2, 1} {
		l.out <- message{bytes: []byte{ack}, conn: conn, lost: func() { dropped++ }}
	}
	stop := make(chan bool, 1)
	stop <- flush
	port := &sheet{full: full}
	l.write(port, 1, stop, make(chan error, 1))
	return port.written, dropped
}

func TestAnAnswerGivenRightBeforeTheEndStillLeaves(t *testing.T) {
	for range 50 { // the writer may see the end first, or the message
		if written, dropped := ended(true, false); !bytes.Equal(written, []byte{ack, ack}) || dropped != 1 {
			t.Fatalf("written %x, %d dropped", written, dropped)
		}
	}
}

func TestAnEndDoesNotWaitForADeviceThatTakesNothing(t *testing.T) {
	for range 50 {
		stop := make(chan struct{})
		go func() {
			defer close(stop)
			if written, dropped := ended(true, true); len(written) != 0 || dropped != 3 {
				t.Errorf("written %x, %d dropped", written, dropped)
			}
		}()
		select {
		case <-stop:
		case <-time.After(30 * time.Second):
			t.Fatal("the writer hangs")
		}
	}
}

func TestADeviceThatTakesNothingBreaksItsConnection(t *testing.T) {
	l := &link{path: "/dev/x", out: make(chan message, sendQueue)}
	l.out <- message{bytes: []byte{ack}, conn: 1}
	stop, broken := make(chan bool, 1), make(chan error, 1)
	done := make(chan struct{})
	go func() { defer close(done); l.write(&sheet{full: true}, 1, stop, broken) }()
	err := <-broken
	if f := asFault("", err); f.Status != Failed || f.Hint == "" {
		t.Errorf("%v", err)
	}
	stop <- false
	<-done
}
