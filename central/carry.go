package central

import (
	"bytes"
	"context"
	"crypto"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/klauspost/compress/zstd"

	"pickstation/order"
	"pickstation/sync/wire"
)

// Notary vouches for carried files: it knows whose certificate a file shows, and signs
// answers. Station says nothing about expiry, which must not keep a station cut off for
// weeks from having its log carried; CheckStation says whether the certificate is the
// one in force.
type Notary interface {
	Signer
	// Station returns a certificate that this centre issued to a station.
	Station(certPEM string) (*x509.Certificate, error)
	// Key signs what the centre sends.
	Key() crypto.Signer
}

// Carried is what a carried file came to.
type Carried struct {
	Station   order.StationID `json:"station"`
	Events    int             `json:"events"`
	Applied   int             `json:"applied"`
	Duplicate int             `json:"duplicate"`
	Parked    int             `json:"parked"`
	Code      wire.Code       `json:"code"` // ok, or why the rest of the file was not taken
	Leases    int             `json:"leases"`
	Rows      int             `json:"rows"`           // of the feed, in the answer
	Copy      bool            `json:"copy,omitempty"` // nobody waits for an answer, and there is none
}

// letterMemory bounds what unpacking may take, bytes; events are read in portions.
const letterMemory = 16 << 20

// TakeCarried takes a station's file in and writes the answer that is to be carried
// back. It does what the station would have asked for over the network, in the same
// order and with the same rules, so that a file that comes twice, late or after a newer
// one changes nothing that it should not.
//
// Of a copy only the events are taken, and nothing is written to out. The same goes for a
// file whose certificate is not in force any more, which is taken only where a person says
// that the bench was enrolled again, or given up, after it was written (replaced).
func (s *Service) TakeCarried(ctx context.Context, ca Notary, in io.Reader, out io.Writer, replaced bool) (Carried, error) {
	var c Carried
	h, payload, err := wire.ReadCarried(in)
	if err != nil {
		return c, err
	}
	cert, err := ca.Station(h.Cert)
	if err != nil {
		return c, err
	}
	kind := wire.CarryEvents
	if h.Kind == wire.CarryCopy {
		kind, c.Copy = h.Kind, true
	}
	if err := h.Verify(kind, cert.PublicKey, payload); err != nil {
		return c, err
	}
	id := order.StationID(cert.Subject.CommonName)
	if id != h.Station {
		return c, order.Errorf("wrong_station", "the file of station %q is signed by %q", string(h.Station), string(id)).
			WithHint("write the file anew on the station it is of")
	}
	if err := s.checkCarrier(ctx, id, CertificateOf(cert), replaced, &c); err != nil {
		return c, err
	}
	c.Station = id
	reply, err := s.takeLetter(ctx, id, payload, &c)
	if err != nil {
		return c, err
	}
	s.count("carried", string(c.Code), 1)
	if c.Copy {
		return c, nil
	}
	return c, s.writeAnswer(ctx, ca, id, reply, out)
}

// checkCarrier is [Service.CheckStation] for a file. One of an earlier certificate is a copy
// of what was, whatever it was written as: nobody could open an answer.
func (s *Service) checkCarrier(ctx context.Context, id order.StationID, cert Certificate, replaced bool, c *Carried) error {
	err := s.CheckStation(ctx, id, cert)
	var e *order.Error
	if !errors.As(err, &e) || e.Code != "certificate_replaced" && e.Code != "certificate_revoked" {
		return err
	}
	if !replaced {
		return e.WithHint("if the bench was enrolled again, or given up, after the file was written, and the file comes from its own folder: --replaced")
	}
	c.Copy = true
	return nil
}

func (s *Service) takeLetter(ctx context.Context, id order.StationID, payload []byte, c *Carried) (*wire.CarryReply, error) {
	z, err := zstd.NewReader(bytes.NewReader(payload), zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(letterMemory))
	if err != nil {
		return nil, fmt.Errorf("prepare decompression: %w", err)
	}
	defer z.Close()
	r, letter, err := wire.NewCarryReader(z)
	if err != nil {
		return nil, err
	}
	reply := &wire.CarryReply{Pushes: []wire.CarriedPush{}}
	lock := lockWorking
	if c.Copy { // also of a bench that was given up
		lock = lockStation
	}
	for c.Code = wire.CodeOK; c.Code == wire.CodeOK; {
		push, bodies, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		push.SentAt = time.Time{} // the file was on its way for days: that says nothing of a clock
		push.Timeline = 0         // nobody goes back for what a centre lost meanwhile: it comes with the next file
		got, err := s.takePush(ctx, id, push, bodies, lock)
		if err != nil {
			return nil, err
		}
		c.add(&got)
		reply.Pushes = append(reply.Pushes, wire.CarriedPush{Log: push.Log, Base: push.Base, N: push.N, Reply: got})
	}
	if c.Copy {
		return nil, nil
	}
	if c.Code == wire.CodeOK { // all that the station had is here now
		letter.Beat.Backlog, letter.Beat.Acked = wire.Backlog{}, letter.Beat.Seq
	}
	letter.Beat.SentAt = time.Time{}
	if reply.Beat, err = s.Heartbeat(ctx, id, letter.Beat); err != nil {
		return nil, err
	}
	if reply.Cursor = letter.Cursor; letter.Timeline != reply.Beat.Timeline {
		reply.Cursor = 0 // the station begins again
	}
	reply.Feed, err = s.wholeFeed(ctx, id, reply.Cursor)
	c.Leases, c.Rows = reply.Beat.Granted+len(reply.Beat.Renewed), len(reply.Feed.Rows)
	return reply, err
}

// add counts what a push came to. The station needs marks, not the outcome of each event.
func (c *Carried) add(r *wire.PushReply) {
	for _, res := range r.Results {
		c.Events++
		switch res.Outcome {
		case wire.Applied:
			c.Applied++
		case wire.Duplicate:
			c.Duplicate++
		case wire.Parked:
			c.Parked++
		}
	}
	c.Code, r.Results = r.Code, nil
}

// wholeFeed reads the feed to its end.
func (s *Service) wholeFeed(ctx context.Context, id order.StationID, cursor int64) (wire.FeedReply, error) {
	var all wire.FeedReply
	size := 0
	for {
		page, err := s.Feed(ctx, id, cursor, 0, 0)
		if err != nil {
			return all, err
		}
		if size == 0 || page.Snapshot {
			all.Snapshot = page.Snapshot
		}
		all.Timeline, all.Next, all.UpToDate, all.ServerAt = page.Timeline, page.Next, page.UpToDate, page.ServerAt
		all.Rows = append(all.Rows, page.Rows...)
		for i := range page.Rows {
			size += len(page.Rows[i].Body)
		}
		if cursor = page.Next; page.UpToDate || size > wire.MaxCarried {
			return all, nil
		}
	}
}

// writeAnswer packs the answer, seals it to the station's key and signs it.
func (s *Service) writeAnswer(ctx context.Context, ca Notary, id order.StationID, reply *wire.CarryReply, out io.Writer) error {
	var boxKey []byte
	err := s.store.Read(ctx, func(r Reader) error {
		st, err := r.Station(id)
		if st == nil && err == nil {
			err = notFound("station", string(id))
		}
		if err == nil {
			boxKey = st.BoxKey
		}
		return err
	})
	if err != nil {
		return err
	}
	plain, err := json.Marshal(reply)
	if err != nil {
		return fmt.Errorf("encode answer: %w", err)
	}
	z, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return fmt.Errorf("prepare compression: %w", err)
	}
	defer z.Close()
	sealed, err := sealTo(boxKey, z.EncodeAll(plain, nil))
	if err != nil {
		return err
	}
	return wire.WriteCarried(out, wire.CarryHead{Kind: wire.CarryAnswer, Station: id}, sealed, ca.Key())
}
