package central

import (
	"context"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"time"

	"pickstation/internal/boot"
	"pickstation/order"
)

// DefaultWarehouse is where orders go that name none.
const DefaultWarehouse = "main"

// Config is what an operator of the centre may set. The zero value of a field means
// its default.
type Config struct {
	Lease     time.Duration    // length of a lease; 24 h
	ColdLease time.Duration    // of one with cold-chain goods; 72 h
	Grace     time.Duration    // after a lease's end before others may have it; 1 h
	Now       func() time.Time // clock; time.Now
	// Mono is a clock that nobody sets, from the beginning of Boot; without Boot from any zero.
	// Without both it is that of the machine; with a Now of one's own what its monotonic part
	// shows, so that with a Now without one no step is ever seen.
	Mono func() time.Duration
	Boot string // name of the machine's run, without spaces; "" unknown
	// Seal closes what one station alone may read with that station's X25519 key; a NaCl
	// sealed box. Simulations, whose stations open nothing, save themselves the time.
	Seal func(boxKey, plain []byte) ([]byte, error)
	// Chance gives a number from 0 up to n-1, any of them as likely; math/rand's. Simulations
	// take it from their seed, to live the same life again.
	Chance func(n int64) int64
}

func (c *Config) defaults() {
	if c.Now == nil && c.Mono == nil && c.Boot == "" {
		c.Mono, c.Boot = boot.Time, boot.Name()
	}
	set := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	set(&c.Lease, 24*time.Hour)
	set(&c.ColdLease, 72*time.Hour)
	set(&c.Grace, time.Hour)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Chance == nil {
		c.Chance = rand.Int64N
	}
	if c.Seal == nil {
		c.Seal = sealTo
	}
	if c.Mono == nil {
		began := c.Now()
		c.Mono = func() time.Duration { return c.Now().Sub(began) }
	}
}

// Service is the centre. It is stateless beside its store; all methods are safe for
// concurrent use.
type Service struct {
	store Store
	vault *Vault
	cfg   Config
	rules []Rule
	flows sync.Map // flowRowID to *order.Flow, published versions
	steps clockSteps
	leap  purgeLeap

	// Tally counts what happened; nil counts nothing.
	Tally Tally
}

// Tally receives counts of what the service does, by a name and one label.
type Tally interface {
	Add(name, label string, n int)
}

func (s *Service) count(name, label string, n int) {
	if s.Tally != nil && n > 0 {
		s.Tally.Add(name, label, n)
	}
}

func (s *Service) now() time.Time { return s.cfg.Now().UTC().Truncate(time.Millisecond) }

// Meta names.
const (
	metaVault    = "vault"
	metaTimeline = "timeline"
	metaTried    = "tried"       // written to see whether the store keeps changes again
	metaStepped  = "clock_set"   // when the clock was set last, by what it showed then, Unix ms
	metaDrift    = "clock_drift" // boot and wall clock less monotonic clock, ms, when that was noted
	metaPurged   = "purged"      // when the centre looked for old receivers last, Unix ms
	metaBackup   = "backup"      // when the newest backup was begun that the store was told of, Unix ms
	metaCopy     = "copy"        // set in a backup: whoever starts from it takes a new timeline

	// MetaMoved is set in a store that was moved elsewhere, MetaMoving in one to which a
	// move has not ended. No centre starts over either, so that there is never more than
	// one of the two.
	MetaMoved  = "moved"
	MetaMoving = "moving"
)

// New opens the centre over a store: it checks that the vault belongs to it, takes a
// new timeline when the store is a copy, and publishes the flow presets.
func New(ctx context.Context, store Store, vault *Vault, cfg Config) (*Service, error) {
	cfg.defaults()
	rules, err := loadRules()
	if err != nil {
		return nil, err
	}
	s := &Service{vault: vault, cfg: cfg, rules: rules}
	s.store = &outage{Store: store, mono: cfg.Mono, count: s.count, trying: make(chan struct{}, 1)}
	if err := s.store.Read(ctx, s.startSteps); err != nil {
		return nil, err
	}
	store.WhenReplaced(s.flows.Clear, s.renewTimeline)
	if ready, err := s.ready(ctx); err != nil || ready {
		return s, err
	}
	return s, s.store.Write(ctx, s.prepare)
}

// ready says whether the store needs no preparation, so that commands that only
// read never wait for a writer.
func (s *Service) ready(ctx context.Context) (bool, error) {
	ready := false
	err := s.store.Read(ctx, func(r Reader) error {
		vault, err := r.Meta(metaVault)
		if err != nil {
			return err
		}
		isCopy, err := r.Meta(metaCopy)
		if err != nil {
			return err
		}
		if err := moved(r); err != nil {
			return err
		}
		for _, f := range presets() {
			if have, err := r.Flow(f.ID, f.Version); err != nil || have == nil {
				return err
			}
		}
		w, err := r.Warehouse(DefaultWarehouse)
		ready = vault == s.vault.ID() && isCopy == "" && w != nil
		return err
	})
	return ready, err
}

// moved refuses a store that is not the one to work with.
func moved(r Reader) error {
	to, err := r.Meta(MetaMoved)
	if err != nil {
		return err
	}
	if to != "" {
		return order.Errorf("store_moved", "this store was moved to %s", to).
			WithHint("name that with --store; this file is what it was at the move")
	}
	half, err := r.Meta(MetaMoving)
	if err == nil && half != "" {
		return order.Errorf("store_moving", "a move to this database has not ended").
			WithHint("run the same pickcentral move again; it goes on where it was")
	}
	return err
}

func presets() []*order.Flow {
	return []*order.Flow{order.StandardFlow(), order.ReturnsFlow(), order.PickupFlow()}
}

func (s *Service) prepare(tx Tx) error {
	vault, err := tx.Meta(metaVault)
	if err != nil {
		return err
	}
	if vault != "" && vault != s.vault.ID() {
		return order.Errorf("store_key", "the key file does not belong to this store").
			WithHint("put the key file that belongs to this store back beside it")
	}
	if err := tx.SetMeta(metaVault, s.vault.ID()); err != nil {
		return err
	}
	if err := s.prepareTimeline(tx); err != nil {
		return err
	}
	for _, f := range presets() {
		have, err := tx.Flow(f.ID, f.Version)
		if err != nil {
			return err
		}
		if have == nil {
			if err := s.putFlow(tx, f); err != nil {
				return err
			}
		}
	}
	_, err = s.warehouse(tx, DefaultWarehouse)
	return err
}

// Ready says whether the store takes changes.
func (s *Service) Ready(ctx context.Context) error { return s.store.Ready(ctx) }

// Counts returns the gauges of the store.
func (s *Service) Counts(ctx context.Context) (counts map[string]int64, err error) {
	err = s.store.Read(ctx, func(r Reader) error {
		counts, err = r.Counts()
		return err
	})
	return counts, err
}

func notFound(what, id string) error {
	hint := "check the number; list what there is"
	if what == "station" {
		hint = "a station is known from its enrolment on; pickcentral stations list shows them"
	}
	return order.Errorf("not_found", "there is no %s %q", what, id).WithHint("%s", hint)
}

// lockStation returns a station that has enrolled, and holds it.
func lockStation(tx Tx, id order.StationID) (*Station, error) {
	st, err := tx.LockStation(id)
	if err == nil && st == nil {
		err = notFound("station", string(id))
	}
	return st, err
}

// By is who asked for a change.
type By struct {
	Who    string // key name, operator id, "cli"
	Source string // intake, api, carrier, cli
	// Channel restricts what may be touched to one shop; "" is everything.
	Channel string
}

// may hides what belongs to another shop.
func (b By) may(channel string) bool { return b.Channel == "" || b.Channel == channel }

// idNumber formats a counter as an id that is short enough to be typed, and wide
// enough that a thousand million of them sort as text.
func idNumber(prefix string, n int64) string {
	v := strconv.FormatInt(n, 10)
	return prefix + strings.Repeat("0", max(0, 9-len(v))) + v
}
