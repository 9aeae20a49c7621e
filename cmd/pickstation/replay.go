package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"pickstation/localdb"
	"pickstation/order"
	"pickstation/station"
	"pickstation/tui"
)

// maxRecordingLine is the longest line of a recording, in bytes.
const maxRecordingLine = 1 << 20

// newReplayCommand runs a recording through the station's own loop.
func newReplayCommand() *cobra.Command {
	var o replayOptions
	cmd := &cobra.Command{
		Use:   "replay --db FILE [--work FILE] RECORDING",
		Short: "Run a recording through the station's own loop, on a copy of a database",
		Long: "Run a recording through the station's own loop, without a screen, on a copy of a database;\n" +
			"the database itself is never written. Clock, ids, printer and centre are the recording's.\n\n" +
			"Lines of a recording:\n" +
			`  {"scan":"PS:UNDO","device":"gun1"}      a scan as text` + "\n" +
			`  {"raw_hex":"5d4331…","device":"gun1"}   a scan as bytes` + "\n" +
			`  {"key":"F7"}                            a function key` + "\n" +
			`  {"weigh_g":1234,"stable":true}          the scale` + "\n" +
			`  {"net":"down"}  {"net":"up"}            the line to the centre` + "\n" +
			`  {"printer":"out-of-paper"}  {"printer":"ready"}` + "\n" +
			`  {"scale":"stable","weigh_g":1234}       what a scale shows by itself` + "\n" +
			`  {"advance":"5m"}  {"at":"2026-01-02T15:04:05Z"}   "at" may also stand in any other line` + "\n" +
			`  {"clock":"2027-01-02T15:04:05Z"}        the computer's clock is set; no time passes` + "\n" +
			`  {"restart":true}                        the program is killed and started again` + "\n" +
			`  {"feed":{"rows":[…]}}                   the centre sends rows, as in --work` + "\n\n" +
			"One line comes out for each line in; lines that nothing in the recording caused carry \"async\":true.\n" +
			"A recording of the flight recorder (flight.jsonl of a data folder) begins with the orders and tasks that it touches as\n" +
			"they stood then; where an answer is another than the recorded one, \"was\" says what the bench had said. The part that\n" +
			"was put aside before it (flight.1.jsonl beside it) is played first.\n" +
			"RECORDING may be - for standard input. Without --db the replay starts empty and needs --work.",
		Example: "  pickstation replay --work - --example > work.json\n" +
			"  pickstation replay --db /var/lib/pickstation/station.db incident.jsonl\n" +
			"  pickstation replay --db /var/lib/pickstation/station.db --screens 80x24 /var/lib/pickstation/flight.jsonl",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if o.example {
				return writeExampleWork(cmd.OutOrStdout())
			}
			if len(args) != 1 {
				return usage("replay", "name one recording, or - for standard input")
			}
			if o.db == "" && o.work == "" {
				return usage("replay", "give --db, --work or both")
			}
			o.say = cmd.ErrOrStderr()
			return o.run(cmd.Context(), args[0], cmd.InOrStdin(), cmd.OutOrStdout())
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.db, "db", "", "database to start from (station.db of a data folder)")
	f.StringVar(&o.work, "work", "", "feed snapshot that is applied first, - for standard input")
	f.BoolVar(&o.example, "example", false, "print a feed snapshot that works, and stop")
	f.StringVar(&o.screens, "screens", "", "add the screen as it is painted in such a window, as 80x24")
	f.StringVar(&o.lang, "lang", "en", "language of the what and do lines: zh or en")
	return cmd
}

type replayOptions struct {
	db, work, lang string
	screens        string // window such as 80x24, "" no screens
	example        bool

	say    io.Writer // remarks, beside the answers
	window tui.Size
}

// recordLine is one line of a recording.
type recordLine struct {
	Scan    *string `json:"scan"`
	RawHex  *string `json:"raw_hex"`
	Device  string  `json:"device"`
	Key     string  `json:"key"`
	WeighG  *int    `json:"weigh_g"`
	Stable  *bool   `json:"stable"`
	Net     string  `json:"net"`
	Printer string  `json:"printer"`
	Advance string  `json:"advance"`
	At      string  `json:"at"`
	Clock   string  `json:"clock"` // the computer's clock is set, no time passes
	Scale   string  `json:"scale"` // what a scale shows by itself, with weigh_g: stable, motion, over, under, stale
	PIN     string  `json:"pin"`
	Restart bool    `json:"restart"`
	Badge   string  `json:"badge"`  // operator whose badge was scanned; a recording holds no badge
	Pickup  string  `json:"pickup"` // shipment whose buyer's code was scanned; a recording holds no code
	Noise   int     `json:"noise"`  // bytes that are no scan
	PINned  bool    `json:"pin_given"`
	Was     string  `json:"was"`     // what was answered when this was recorded
	Unsaved bool    `json:"unsaved"` // the disk does not take what comes of this line

	Feed     *workSnapshot `json:"feed"` // what the centre sends
	FeedName string        `json:"-"`    // section of a scenario that holds it
}

// replayOut is one line of the answer, in this field order.
type replayOut struct {
	N        int               `json:"n"`
	Verdict  order.Verdict     `json:"verdict"`
	Screen   order.Screen      `json:"screen"`
	Shipment order.ShipmentID  `json:"shipment"`
	Parcel   int               `json:"parcel"`
	Line     int               `json:"line"`
	SKU      order.SKU         `json:"sku"`
	Picked   int               `json:"picked"`
	Need     int               `json:"need"`
	What     string            `json:"what"`
	Do       string            `json:"do"`
	Tone     order.Tone        `json:"tone"`
	Events   []json.RawMessage `json:"events"`
	Async    bool              `json:"async,omitempty"`
	Was      string            `json:"was,omitempty"`  // what the bench had said, where it was something else
	View     []string          `json:"view,omitempty"` // the screen as it is painted, line by line

	code order.MsgCode // of what
}

// run replays a recording.
func (o *replayOptions) run(ctx context.Context, recording string, stdin io.Reader, out io.Writer) error {
	if o.screens != "" {
		if _, err := fmt.Sscanf(o.screens, "%dx%d", &o.window.W, &o.window.H); err != nil || o.window.W < 1 || o.window.H < 1 {
			return usage("replay", "--screens is a window such as 80x24")
		}
	}
	if o.db != "" && o.work == "" {
		if lines := flightLines(recording); lines != nil {
			return o.replayFlight(ctx, lines, out)
		}
	}
	in, err := openRecording(recording, stdin)
	if err != nil {
		return err
	}
	defer in.Close()
	dir, err := os.MkdirTemp("", "pickstation-replay-")
	if err != nil {
		return fail(exitMissing, err, "make room in the temporary folder")
	}
	defer os.RemoveAll(dir)
	if err := copyStation(o.db, dir, o.work != ""); err != nil {
		return err
	}
	if o.work != "" { // its rows are sealed to a key of the replay's own, where the database brought none
		if _, err := localdb.EnsureBoxKey(dir); err != nil {
			return fail(exitMissing, err, "make room in the temporary folder")
		}
	}
	r, err := newReplay(ctx, dir, o.lang, replayStart)
	if err != nil {
		return fail(exitNo, err, "run 'pickstation db check' on the database")
	}
	defer r.close()
	if o.work != "" {
		if err := r.applyWork(ctx, o.work, stdin); err != nil {
			return err
		}
	}
	r.window = o.window
	return r.play(ctx, in, out)
}

func openRecording(name string, stdin io.Reader) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(stdin), nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, &failure{exitMissing, "replay: " + err.Error(), "check the name of the recording", err}
	}
	return f, nil
}

// copyStation copies a database with its write-ahead log and the station's key.
func copyStation(db, dir string, mayBeMissing bool) error {
	if db == "" {
		return nil
	}
	if st, err := os.Stat(db); err == nil && st.IsDir() {
		db = filepath.Join(db, "station.db")
	}
	if _, err := os.Stat(db); errors.Is(err, fs.ErrNotExist) {
		if mayBeMissing {
			return nil
		}
		return &failure{exitMissing, "replay: no database " + db, "name the station.db of a data folder, or give --work", err}
	}
	if err := localdb.CopyTo(db, dir); err != nil {
		return fail(exitMissing, err, "check that the database can be read")
	}
	return nil
}

// play feeds the recording line by line.
func (r *replay) play(ctx context.Context, in io.Reader, out io.Writer) error {
	sc := bufio.NewScanner(in)
	sc.Buffer(make([]byte, 64<<10), maxRecordingLine)
	enc := newEncoder(out)
	for n := 1; sc.Scan(); n++ {
		var line recordLine
		if err := json.Unmarshal(sc.Bytes(), &line); err != nil {
			return &failure{exitNo, fmt.Sprintf("replay: line %d is no recording line: %v", n, err), "see: pickstation replay --help", err}
		}
		if err := r.playLine(ctx, n, &line, enc); err != nil {
			return err
		}
	}
	if err := sc.Err(); err != nil {
		return &failure{exitNo, "replay: " + err.Error(), "a line may be 1 MiB at most", err}
	}
	return nil
}

func newEncoder(out io.Writer) *json.Encoder {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	return enc
}

// playLine carries out the nth line and writes what came of it.
func (r *replay) playLine(ctx context.Context, n int, l *recordLine, enc *json.Encoder) error {
	answers, err := r.step(ctx, l)
	if err != nil {
		return &failure{exitNo, fmt.Sprintf("replay: line %d: %v", n, err), "see: pickstation replay --help", err}
	}
	r.compare(l, &answers[0])
	for i := range answers {
		answers[i].N = n
		if r.window.W > 0 {
			answers[i].View = strings.Split(r.screen(r.window, r.lang), "\n")
		}
		if err := enc.Encode(&answers[i]); err != nil {
			return err
		}
	}
	return nil
}

// step carries out one line: first its own answer, then what followed by itself.
func (r *replay) step(ctx context.Context, l *recordLine) ([]replayOut, error) {
	r.clock.touch()
	if err := r.enter(ctx, l); err != nil {
		return nil, err
	}
	if err := r.settle(ctx); err != nil {
		return nil, err
	}
	r.frame++
	return r.drain(), nil
}

// enter gives a line to the loop or changes the recording's world.
func (r *replay) enter(ctx context.Context, l *recordLine) error {
	device := order.DeviceID(l.Device)
	if device == "" {
		device = "gun1"
	}
	if l.At != "" {
		t, err := time.Parse(time.RFC3339, l.At)
		if err != nil {
			return err
		}
		r.clock.set(t)
	}
	if l.Clock != "" {
		t, err := time.Parse(time.RFC3339, l.Clock)
		if err != nil {
			return err
		}
		r.clock.put(t)
	}
	if l.lost() {
		return r.actUnsaved(ctx, l, device)
	}
	return r.act(ctx, l, device)
}

// act does what a line says; its time has come.
func (r *replay) act(ctx context.Context, l *recordLine, device order.DeviceID) error {
	switch {
	case l.Scan != nil:
		return r.scan(ctx, device, []byte(*l.Scan))
	case l.Scale != "":
		grams := 0
		if l.WeighG != nil {
			grams = *l.WeighG
		}
		return r.setScale(ctx, l.Scale, grams)
	case l.Badge != "":
		return r.badge(ctx, device, order.OperatorID(l.Badge))
	case l.Pickup != "":
		return r.pickup(ctx, device, order.ShipmentID(l.Pickup))
	case l.Noise > 0:
		return r.loop.Scan(ctx, station.Scan{Device: device, Frame: r.frame + 1, Noise: l.Noise, LastByte: time.Now()})
	case l.PINned:
		return nil // whose badge was scanned is taken without one
	case l.PIN != "":
		return r.loop.PIN(ctx, l.PIN)
	case l.Restart:
		return r.restart(ctx)
	case l.Feed != nil:
		return r.feed(ctx, l.Feed)
	case l.RawHex != nil:
		raw, err := hex.DecodeString(*l.RawHex)
		if err != nil {
			return err
		}
		return r.scan(ctx, device, raw)
	case l.Key != "":
		if order.KeyCommand(l.Key) == "" {
			return nil
		}
		return r.loop.Key(ctx, l.Key)
	case l.WeighG != nil:
		return r.loop.Weigh(ctx, station.Weight{Device: "scale", Grams: *l.WeighG, Stable: l.Stable == nil || *l.Stable})
	case l.Net != "":
		return r.setNet(ctx, l.Net)
	case l.Printer != "":
		return r.setPrinter(ctx, l.Printer)
	case l.Advance != "":
		d, err := time.ParseDuration(l.Advance)
		if err != nil || d < 0 {
			return fmt.Errorf("advance %q is no duration such as 5m", l.Advance)
		}
		r.clock.advance(d)
		if err := r.loop.Tick(ctx); err != nil {
			return err
		}
		return r.setNet(ctx, r.net)
	case l.At != "" || l.Clock != "":
		return r.setNet(ctx, r.net)
	}
	return errors.New("the line says nothing; it needs scan, raw_hex, key, pin, weigh_g, scale, net, printer, advance, at, clock, feed or restart")
}
