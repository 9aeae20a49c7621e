package devices

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// DefaultDevDir is where udev names serial devices by maker, product and serial number.
const DefaultDevDir = "/dev/serial/by-id"

// ScannerConfig names one scanner.
type ScannerConfig struct {
	Name    string // how events and screens call it: "gun1"
	Port    string // a name in Config.DevDir, an absolute path, tcp://host:port or evdev:/dev/input/by-id/…
	Profile Profile
}

// ScaleConfig names one scale, as ScannerConfig does a scanner.
type ScaleConfig ScannerConfig

// ProbeConfig names one temperature probe, as ScannerConfig does a scanner.
type ProbeConfig ScannerConfig

// Config is what a bench is equipped with.
type Config struct {
	DevDir   string // DefaultDevDir when empty
	Scanners []ScannerConfig
	Scales   []ScaleConfig // the sink must be a WeightSink
	Probes   []ProbeConfig // the sink must be a TemperatureSink
	Log      *slog.Logger  // nil: nothing is logged
	Open     Opener        // replaces the back end of every profile; nil in production
}

// Bench runs the devices of one bench.
type Bench struct {
	cancel   context.CancelFunc
	done     sync.WaitGroup
	links    []*link
	scanners map[string]*scanner
	scales   map[string]*scale
}

// Start opens what cfg names and keeps it open until Close. A device that is not there is no error: it is awaited. The
// error is about the configuration alone.
func Start(cfg Config, sink Sink) (*Bench, error) {
	if cfg.DevDir == "" {
		cfg.DevDir = DefaultDevDir
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	b := &Bench{scanners: map[string]*scanner{}, scales: map[string]*scale{}}
	if err := b.addAll(cfg, sink); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	b.cancel = cancel
	watch := newFolderWatch(b.folders(), cfg.Log)
	for _, l := range b.links {
		l.wakeUp = watch.subscribe()
	}
	if watch != nil {
		b.done.Go(func() { watch.run(ctx) })
	}
	for _, l := range b.links {
		b.done.Go(func() { l.run(ctx) })
	}
	return b, nil
}

// addAll makes the links of the configuration.
func (b *Bench) addAll(cfg Config, sink Sink) error {
	for _, c := range cfg.Scanners {
		if err := b.addScanner(cfg, c, sink); err != nil {
			return fmt.Errorf("scanner %q: %w", c.Name, err)
		}
	}
	for _, c := range cfg.Scales {
		if err := b.addScale(cfg, c, sink); err != nil {
			return fmt.Errorf("scale %q: %w", c.Name, err)
		}
	}
	for _, c := range cfg.Probes {
		if err := b.addProbe(cfg, c, sink); err != nil {
			return fmt.Errorf("probe %q: %w", c.Name, err)
		}
	}
	return nil
}

func (b *Bench) addScale(cfg Config, c ScaleConfig, sink Sink) error {
	to, ok := sink.(WeightSink)
	if !ok {
		return errors.New("the sink takes no weights")
	}
	s, err := newScale(c.Name, c.Profile, to)
	if err != nil {
		return err
	}
	if s.link, err = b.newLink(cfg, c.Name, "scale", c.Port, c.Profile, s, sink); err != nil {
		return err
	}
	b.scales[c.Name] = s
	return nil
}

func (b *Bench) addProbe(cfg Config, c ProbeConfig, sink Sink) error {
	to, ok := sink.(TemperatureSink)
	if !ok {
		return errors.New("the sink takes no temperatures")
	}
	p, err := newProbe(c.Name, c.Profile, to)
	if err != nil {
		return err
	}
	p.link, err = b.newLink(cfg, c.Name, "probe", c.Port, c.Profile, p, sink)
	return err
}

func (b *Bench) addScanner(cfg Config, sc ScannerConfig, sink Sink) error {
	s, err := newScanner(sc.Name, sc.Profile, sink)
	if err != nil {
		return err
	}
	if strings.HasPrefix(sc.Port, evdevPrefix) && (s.driver.acks() || sc.Profile.Bell) {
		return fmt.Errorf("a keyboard takes no answers: use a profile with driver none and no bell, not %s", sc.Profile.Name)
	}
	l, err := b.newLink(cfg, sc.Name, "scanner", sc.Port, sc.Profile, s, sink)
	if err != nil {
		return err
	}
	s.link = l
	b.scanners[sc.Name] = s
	return nil
}

// newLink checks the name and the port, and makes the link of one device.
func (b *Bench) newLink(cfg Config, name, kind, port string, p Profile, e engine, sink Sink) (*link, error) {
	if name == "" {
		return nil, fmt.Errorf("a device needs a name")
	}
	path, err := resolvePort(cfg.DevDir, port)
	if err != nil {
		return nil, err
	}
	for _, l := range b.links {
		if l.name == name {
			return nil, fmt.Errorf("the name is used twice")
		}
		if l.path == path {
			return nil, fmt.Errorf("%s already belongs to %q", path, l.name)
		}
	}
	if _, err := p.Line.orDefault(); err != nil {
		return nil, err
	}
	open := cfg.Open
	if open == nil {
		if open, err = openerFor(p.Backend, path); err != nil {
			return nil, err
		}
	}
	l := &link{
		name: name, kind: kind, path: path, line: p.Line, open: open, engine: e, report: sink.State,
		log: cfg.Log, out: make(chan message, sendQueue),
	}
	l.state = State{Device: name, Kind: kind, Port: path, Status: Opening, Since: time.Now()}
	b.links = append(b.links, l)
	return l, nil
}

// folders lists the folders whose changes concern the ports.
func (b *Bench) folders() []string {
	var dirs []string
	for _, l := range b.links {
		dir := filepath.Dir(strings.TrimPrefix(l.path, evdevPrefix))
		if !strings.HasPrefix(l.path, tcpPrefix) && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// Answer tells a scanner how scan seq went. Call it after the scan is durable (or, with ToneNotSaved, when that failed).
// It never blocks; an unknown device is ignored.
func (b *Bench) Answer(device string, seq uint64, t Tone) {
	if s := b.scanners[device]; s != nil {
		s.answer(seq, t)
	}
}

// TakeWeight says that the weight on a scale was used for a parcel: the next one counts only after the pan was empty.
func (b *Bench) TakeWeight(device string) {
	if s := b.scales[device]; s != nil {
		s.take()
	}
}

// States gives every device as it stands, in the order of the configuration. Safe from any goroutine.
func (b *Bench) States() []State {
	out := make([]State, 0, len(b.links))
	for _, l := range b.links {
		out = append(out, l.snapshot())
	}
	return out
}

// Close ends reading and waits until every device is let go of. A sink method that still blocks must return first.
func (b *Bench) Close() {
	b.cancel()
	b.done.Wait()
}
