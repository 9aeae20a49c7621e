package main

import (
	"context"
	"math"
	"strings"
	"sync"
	"time"

	"pickstation/devices"
	"pickstation/localdb"
	"pickstation/order"
	"pickstation/station"
)

// coldPlaces judge the samples of the bench's probes: time beyond a limit, and time
// without samples.
type coldPlaces struct {
	loop    *station.Loop
	classes map[string]order.Temp // of the goods beside each probe

	mu      sync.Mutex // guards below; held while the loop is told, so that it hears of one probe in order
	watches map[string]*devices.ColdWatch
}

// newColdPlaces goes on with the alerts that were not over at the last end.
func newColdPlaces(cfg *Config, db *localdb.DB, loop *station.Loop) (*coldPlaces, error) {
	c := &coldPlaces{loop: loop, classes: map[string]order.Temp{}, watches: map[string]*devices.ColdWatch{}}
	for i := range cfg.Probe {
		p := &cfg.Probe[i]
		c.classes[p.Name], c.watches[p.Name] = p.class(), &devices.ColdWatch{Limits: p.limits()}
	}
	open, err := db.Cold()
	for _, a := range open {
		if w := c.watches[string(a.Probe)]; w != nil {
			w.Resume(devices.ColdAlert{Kind: strings.ReplaceAll(string(a.Kind), "_", "-"), Since: a.Since, At: a.Since, MilliC: int64(a.MilliC)})
		}
	}
	return c, err
}

// sample judges one sample.
func (c *coldPlaces) sample(ctx context.Context, t devices.Temperature) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if w := c.watches[t.Device]; w != nil {
		c.tell(ctx, t.Device, w.Push(t))
	}
}

// tick judges the silence of every probe.
func (c *coldPlaces) tick(ctx context.Context, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for name, w := range c.watches {
		c.tell(ctx, name, w.Tick(now))
	}
}

// tell hands alerts to the loop; an ended loop takes none, and the next start judges again.
func (c *coldPlaces) tell(ctx context.Context, probe string, alerts []devices.ColdAlert) {
	for _, a := range alerts {
		milliC := int(min(max(a.MilliC, math.MinInt32), math.MaxInt32))
		if a.Kind == "no-samples" {
			milliC = 0
		}
		_ = c.loop.Cold(ctx, order.ColdAlert{Probe: order.DeviceID(probe), Kind: order.ColdKind(strings.ReplaceAll(a.Kind, "-", "_")),
			Since: a.Since.UTC().Truncate(time.Millisecond), MilliC: milliC, Over: a.Over})
	}
}

// coldEvery is how often silence is judged.
const coldEvery = time.Second

// run judges silence until ctx ends.
func (c *coldPlaces) run(ctx context.Context) {
	if len(c.watches) == 0 {
		return
	}
	t := time.NewTicker(coldEvery)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-t.C:
			c.tick(ctx, now)
		}
	}
}

// Highest temperatures of places for frozen and for chilled goods, thousandths of a
// degree Celsius: what is allowed above tells that a place is for others.
const (
	frozenBelow  = -10_000
	chilledBelow = 12_000
)

// class says for which goods the probe's place is: as it was named, else by its limit.
func (p *ProbeEntry) class() order.Temp {
	limit := p.limits().MaxMilliC
	switch {
	case p.Class == "ambient" || p.Class == "" && limit > chilledBelow:
		return order.Ambient
	case p.Class == "" && limit > frozenBelow:
		return order.Chilled
	case p.Class == "":
		return order.Frozen
	}
	return order.Temp(p.Class)
}
