package world

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"pickstation/central"
	"pickstation/order"
	"pickstation/sync/agent"
	"pickstation/sync/wire"
)

// centre is the real centre over its records, which can crash, be backed up and be restored.
type centre struct {
	w            *world
	dir          string // for backups
	at           archive
	n            int // backups so far
	store        central.Store
	svc          *central.Service
	up           bool
	copied       string // newest backup, "" none
	lost         int    // how often it was restored
	orders       []order.OrderID
	ledger       *ledger
	kept         *ledger         // of the newest backup
	life         int             // grows with every start: requests to an earlier one are lost
	news         int             // rows put into feeds
	tl           int64           // its timeline
	skew         time.Duration   // of its clock
	skews        []time.Duration // that its clock ever had
	boot         int             // of its machine
	booted       time.Time       // by the world's time
	noticed      time.Duration   // of its clock at the newest heartbeat
	missed       bool            // its machine was started anew before a heartbeat told it that its clock was set
	age          int             // version of its program: -1 older, 0, 1 newer
	pushed       wire.PushHeader // the newest push
	hashes       []order.Hash    // of the event before it, and of its own
	readdressing bool            // it takes a new address in at this moment
	undoing      bool            // it takes a push in with an UNDO
}

func newCentre(w *world, dir string) *centre {
	c := &centre{w: w, dir: dir, up: true, ledger: newLedger(w), booted: start}
	w.centre = c
	var err error
	c.at, err = w.parts.archive()
	w.must(err)
	c.open()
	return c
}

func (c *centre) timeline() int64 { return c.tl }

func (c *centre) open() {
	ctx := context.Background()
	store, err := c.at.open()
	c.w.must(err)
	c.store = brokenStore{noted{store, c.w}, c.w}
	vault, err := c.at.vault()
	c.w.must(err)
	c.svc, err = central.New(ctx, c.store, vault, central.Config{Lease: c.w.pace.lease, ColdLease: c.w.pace.lease, Grace: c.w.pace.grace, Seal: c.at.seal(), Chance: c.w.chance.Int63n,
		Now: c.clock, Mono: c.mono, Boot: fmt.Sprint("boot-", c.boot)})
	c.w.must(err)
	c.life++
	c.w.must(c.store.Read(ctx, func(r central.Reader) error {
		text, err := r.Meta("timeline")
		if err == nil {
			_, err = fmt.Sscan(text, &c.tl)
		}
		return err
	}))
}

func (c *centre) clock() time.Time { return c.w.time().Add(c.skew) }

func (c *centre) mono() time.Duration {
	if c.w.broken.noSteps {
		return c.clock().Sub(start)
	}
	return c.w.time().Sub(c.booted)
}

// push takes a push in.
func (c *centre) push(station order.StationID, h wire.PushHeader, bodies [][]byte) wire.PushReply {
	if code := c.refusal(&h, bodies); code != "" {
		return wire.PushReply{Req: h.Req, Timeline: c.tl, Code: code}
	}
	if c.w.broken.noPass {
		h.Timeline = min(h.Timeline, c.tl)
	}
	c.pushed, c.hashes, c.undoing = h, append(c.hashes[:0], h.BaseHash), false
	for i, body := range bodies {
		c.hashes = append(c.hashes, order.Chain(c.hashes[i], body))
		c.undoing = c.undoing || bytes.Contains(body, []byte(order.EventUndone))
	}
	r, err := c.svc.Push(context.Background(), station, h, bodies)
	c.w.must(err)
	c.undoing = false
	c.tl = r.Timeline // the bench may have heard of a later one
	return r
}

// setClock sets the centre's clock off by so much.
func (c *centre) setClock(skew time.Duration) {
	c.skew = skew
	c.skews = append(c.skews, skew)
}

// showed says whether the centre's clock was ever off by so much.
func (c *centre) showed(off time.Duration) bool {
	return off.Abs() <= offAtMost || slices.ContainsFunc(c.skews, func(skew time.Duration) bool { return (off - skew).Abs() <= offAtMost })
}

// crash ends the centre's process and starts it again, or its whole machine; what was not
// committed is gone.
func (c *centre) crash(machine bool) {
	c.w.must(c.store.Close())
	if machine {
		c.reboot()
	}
	c.open()
}

// reboot starts the machine anew, with a monotonic clock that knows nothing of the one before.
func (c *centre) reboot() {
	c.missed = c.missed || c.noticed != c.skew
	c.boot++
	c.noticed, c.booted = c.skew, c.w.time()
}

func (c *centre) backup() {
	c.n++
	path := filepath.Join(c.dir, fmt.Sprintf("copy-%d.db", c.n))
	c.w.must(c.svc.Backup(context.Background(), path))
	if c.copied != "" {
		c.w.must(c.at.drop(c.copied))
	}
	c.copied, c.kept = path, c.ledger.copied()
}

// restore puts the newest backup in the place of the store.
func (c *centre) restore() {
	c.w.must(c.store.Close())
	c.lost++
	c.w.must(c.at.restore(c.copied))
	c.ledger = c.kept.copied()
	c.open()
}

// poll answers a request for the feed once there is news, or when it has waited long
// enough. The centre is asked only after something was put into a feed.
func (c *centre) poll(station order.StationID, a agent.SendFeed, answer func(wire.FeedReply)) {
	life, seen, until := c.life, -1, c.w.now+a.Wait.Milliseconds()
	var look func()
	look = func() {
		if !c.up || c.life != life {
			return
		}
		if over := c.w.now >= until; over || c.news != seen {
			seen = c.news
			r, err := c.svc.Feed(context.Background(), station, a.Cursor, a.Max, 0)
			c.w.must(err)
			if over || len(r.Rows) > 0 || r.Next != a.Cursor || r.Snapshot || seen == 0 {
				answer(r)
				return
			}
		}
		c.w.after(c.w.pace.look, look)
	}
	look()
}

var shop = central.By{Who: "shop", Source: "api"}

func receiver(n int) order.Receiver {
	return order.Receiver{Name: "王小明", Phone: "13800001234", Country: "CN", Province: "海南省", City: "海口市", District: "龙华区",
		Street: fmt.Sprintf("国贸路 %d 号", n)}
}

// put takes an order in.
func (c *centre) put() {
	n := c.w.next()
	in := central.OrderIn{Channel: "shop", External: fmt.Sprintf("X%d", n), PaidAt: c.w.time(), Receiver: receiver(n), Carrier: "SF",
		Lines: []central.LineIn{{SKU: "MANGO", Qty: 1 + c.w.r.Intn(3), Location: "A-01"}, {SKU: "TEA", Qty: 1 + c.w.r.Intn(2), Location: "A-02"}}}
	res, err := c.svc.Intake(context.Background(), shop, []central.OrderIn{in})
	c.w.must(err)
	if res[0].Outcome != central.OutcomeNew {
		c.w.fail("order %s was not taken: %+v", in.External, res[0])
		return
	}
	c.orders = append(c.orders, res[0].ID)
}

// any returns an order that exists in this state of the centre, "" none.
func (c *centre) any() order.OrderID {
	if len(c.orders) == 0 {
		return ""
	}
	id := c.orders[c.w.r.Intn(len(c.orders))]
	if _, err := c.svc.Get(context.Background(), shop, id); err != nil {
		return "" // it was lost with a state of the centre
	}
	return id
}

// cancel and readdress may be refused: the shipment may be on its way.
func (c *centre) cancel() {
	if id := c.any(); id != "" {
		if _, err := c.svc.Cancel(context.Background(), shop, id, "buyer"); err == nil {
			c.w.happens("order cancelled", -1)
		}
	}
}

func (c *centre) readdress() {
	if id := c.any(); id != "" {
		c.readdressing = true
		if _, err := c.svc.ChangeAddress(context.Background(), shop, id, receiver(c.w.next())); err == nil {
			c.w.happens("address changed", -1)
		}
		c.readdressing = false
	}
}
