package main

import (
	"context"
	"math/rand/v2"
	"strings"

	"pickstation/order"
	"pickstation/station"
	"pickstation/tui"
)

// interactive shows the station with a virtual scanner that the viewer drives by keys.
func (st *stage) interactive(ctx context.Context) error {
	if !isTerminal(screenOut) {
		return &failure{code: exitUsage, what: "demo: standard output is no terminal", do: "add --auto to run it unattended"}
	}
	t := newTerminal(st.cfg, st.log)
	p := &puppet{stage: st, rng: rand.New(rand.NewPCG(st.o.seed, 7)), send: func(ctx context.Context, raw string) {
		_, _ = st.guns[0].Send(ctx, []byte(raw)) // unplugged or not answered it stays silent, as in life: the screen shows it
	}}
	return t.run(ctx, func(c *tui.Config) { p.takeKeys(ctx, t, c) })
}

// takeKeys has the letters that are typed at the screen move the puppet.
func (p *puppet) takeKeys(ctx context.Context, t *terminal, c *tui.Config) {
	keys := make(chan rune, 16)
	c.Demo = true
	c.OnDemoKey = func(k rune) {
		select {
		case keys <- k:
		default: // a held-down key; the gun is busy
		}
	}
	t.guard.Go("demo keys", func() { p.follow(ctx, t, keys) })
}

// puppet is the viewer's hand on the virtual scanner.
type puppet struct {
	stage     *stage // nil in training, which has no network, printer and cable to play with
	send      func(ctx context.Context, raw string)
	rng       *rand.Rand
	unplugged bool
	last      string                                // scanned last: a question may want the same again
	read      func(func(station.Store) error) error // looks at what the station holds
}

// follow does what the keys mean until ctx ends.
func (p *puppet) follow(ctx context.Context, t *terminal, keys <-chan rune) {
	for {
		select {
		case k := <-keys:
			if s := t.session.Load(); s != nil {
				p.read = func(fn func(station.Store) error) error { return s.loop.Read(ctx, fn) }
				p.press(ctx, s.loop.View(), k)
			}
		case <-ctx.Done():
			return
		}
	}
}

// press does what a key of the strip means.
func (p *puppet) press(ctx context.Context, v *station.View, k rune) {
	if v == nil || p.stage == nil && (k == 'o' || k == 'p' || k == 'u') {
		return
	}
	switch k {
	case 'n', ' ':
		if raw, ok := p.right(v); ok {
			p.scan(ctx, raw)
		}
	case 'w':
		p.scan(ctx, p.wrongCode(v))
	case 'l':
		if v.Work != nil && v.Work.Current != nil {
			p.scan(ctx, "]C0"+string(v.Work.Current.Location))
		}
	case 'b':
		p.scan(ctx, demoBadge)
	case 'c':
		p.scan(ctx, otherBadge)
	case 'o':
		p.network()
	case 'p':
		p.printer()
	case 'u':
		p.cable()
	default:
		if c, ok := demoCommands[k]; ok {
			p.scan(ctx, order.CommandPrefix+string(c))
		}
	}
}

// scan pulls the trigger.
func (p *puppet) scan(ctx context.Context, raw string) {
	p.last = raw
	p.send(ctx, raw)
}

// right is what a picker would scan now.
func (p *puppet) right(v *station.View) (string, bool) {
	if q := v.Bench.Question; q != nil {
		switch {
		case q.Kind == order.AskOverride:
			return "BADGE-2001", true
		case q.Kind == order.AskReason:
			return order.CommandPrefix + string(order.Choice(1)), true
		case q.Kind == order.AskSubst:
			return p.wrongGoods(), true
		case q.Repeatable && p.last != "":
			return p.last, true
		case q.Kind != order.AskPIN && q.Kind != order.AskSignOut:
			return order.CommandPrefix + string(order.CmdYes), true
		}
	}
	if raw, ok := p.severalOrders(v); ok {
		return raw, true
	}
	if raw, ok := p.task(v); ok || v.Bench.Screen == order.ScreenTasks {
		return raw, ok
	}
	r := robot{journal: &journal{lines: make([]journalLine, p.rng.IntN(1e6))}}
	s, ok := r.next(v, len(v.Outbound) >= 3 || v.QueueTotal == 0)
	if !ok {
		return "", false
	}
	if s.raw == "" {
		s.raw = s.code
	}
	return s.raw, true
}

// wrongCode is a scan that is wrong here: another order's number, or goods nobody wants.
func (p *puppet) wrongCode(v *station.View) string {
	for _, q := range v.Queue {
		if v.Work != nil && q.ID != v.Work.ID && p.rng.IntN(2) == 0 {
			return "]C0" + q.Ref
		}
	}
	return p.wrongGoods()
}

// wrongGoods is some article of the catalogue.
func (p *puppet) wrongGoods() string {
	all, err := sampleProducts()
	if err != nil || len(all) == 0 {
		return "NO-SUCH-CODE"
	}
	key := all[p.rng.IntN(len(all))].Codes[0].Key
	return "]E0" + strings.TrimPrefix(key, "0")
}

func (p *puppet) network() {
	if p.stage.line.IsCut() {
		p.stage.line.Restore()
	} else {
		p.stage.line.Cut()
	}
}

// printer takes the label folder away and gives it back, as an empty roll would.
func (p *puppet) printer() { p.stage.togglePaper() }

// cable unplugs the gun and plugs it in again.
func (p *puppet) cable() {
	gun, entry := p.stage.guns[0], p.stage.cfg.Scanner[0]
	if p.unplugged {
		p.unplugged = gun.Plug(p.stage.cfg.DevDir, entry.Port) != nil
		return
	}
	p.unplugged = gun.Unplug() == nil
}
