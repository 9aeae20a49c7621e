package order

import (
	"slices"
	"time"
)

// TaskID names a task.
type TaskID string

// TaskKind says what a task is about.
type TaskKind string

// Kinds of tasks.
const (
	TaskReturn    TaskKind = "return"    // 退货: goods that come back
	TaskMove      TaskKind = "move"      // 移库: goods from one place to another
	TaskReplenish TaskKind = "replenish" // 补货: the same, for a pick place that runs empty
	TaskCount     TaskKind = "count"     // 盘点: how many units lie at a place
)

// Stock says whether a task of the kind is about goods of the warehouse.
func (k TaskKind) Stock() bool { return k == TaskMove || k == TaskReplenish || k == TaskCount }

// Task 任务 is work at a bench that is no shipment. Like a shipment it has a plan, which
// comes from the centre, and progress, which is the fold of events. Every bench of the
// warehouse has all open tasks; who opens one owns it.
type Task struct {
	ID       TaskID     `json:"id"`
	Kind     TaskKind   `json:"kind"`
	Ref      string     `json:"ref"`                // what a person calls it
	Order    string     `json:"order,omitempty"`    // the shop's number of the order that comes back
	Shipment ShipmentID `json:"shipment,omitempty"` // whose goods come back unannounced
	Codes    []string   `json:"codes,omitempty"`    // numbers that open it beside those above: waybills
	Why      string     `json:"why,omitempty"`      // stable code of what made it
	By       string     `json:"by,omitempty"`       // who asked for it, "" the centre itself
	Priority int        `json:"priority,omitempty"` // higher goes first
	At       time.Time  `json:"at"`
	Lines    []TaskLine `json:"lines"`

	// Progress.
	State StateCode  `json:"state,omitempty"` // of a return, in its flow
	Owner OperatorID `json:"owner,omitempty"`
	Done  bool       `json:"done,omitempty"`
	Gone  string     `json:"gone,omitempty"`  // stable code why nobody works on it any more
	Steps []TaskStep `json:"steps,omitempty"` // what UNDO takes back, oldest first
}

// TaskLine is goods of a task.
type TaskLine struct {
	No        int        `json:"no"` // 1-based, stable
	SKU       SKU        `json:"sku"`
	Name      Names      `json:"name"`
	Codes     []ItemCode `json:"codes"`
	Qty       int        `json:"qty"`                 // sent and not returned yet; to move; expected by a count
	Announced int        `json:"announced,omitempty"` // of a return: units that the buyer said
	From      LocationID `json:"from,omitempty"`      // where a move takes it; where a count is
	To        LocationID `json:"to,omitempty"`        // where it belongs
	Lot       string     `json:"lot,omitempty"`       // only this one, "" any
	Track     Tracking   `json:"track,omitzero"`
	Temp      Temp       `json:"temp,omitempty"`

	// Progress.
	N       int      `json:"n,omitempty"`       // units taken back, or moved, or counted
	Short   int      `json:"short,omitempty"`   // units that were not there to be moved
	Counted bool     `json:"counted,omitempty"` // the count is over
	Goods   []Judged `json:"goods,omitempty"`   // of a return, by what was said of them; of a count, by lot
	Photos  []string `json:"photos,omitempty"`  // references of photos
}

// Grade is what condition returned goods are in: a letter of the bench card.
type Grade string

// Fate is what becomes of returned goods.
type Fate string

// Fates.
const (
	FateRestock Fate = "restock" // 上架
	FateHold    Fate = "hold"    // 待定: a person decides
	FateScrap   Fate = "scrap"   // 报废
)

// Judged is returned units of one line of which the same was said. No grade: nobody has
// looked at them yet.
type Judged struct {
	Qty    int    `json:"qty"`
	Lot    string `json:"lot,omitempty"`
	Serial string `json:"serial,omitempty"`
	Grade  Grade  `json:"grade,omitempty"`
	Fate   Fate   `json:"fate,omitempty"`
}

// LotQty is how many units of a lot were counted.
type LotQty struct {
	Lot string `json:"lot"`
	Qty int    `json:"q"`
}

// TaskStep is an event that UNDO can take back.
type TaskStep struct {
	Type   EventType `json:"k"`
	Seq    uint64    `json:"s"`
	Line   int       `json:"l"`
	Qty    int       `json:"q"`
	Lot    string    `json:"lot,omitempty"`
	Serial string    `json:"sn,omitempty"`
	Grade  Grade     `json:"gr,omitempty"`
	Fate   Fate      `json:"ft,omitempty"`
	Was    string    `json:"was,omitempty"`
	Photo  string    `json:"ph,omitempty"`
}

// maxTaskSteps bounds how far back UNDO reaches in a task, and in the hand.
const maxTaskSteps = 100

// Open returns how many units of the line are still to be moved or counted.
func (l *TaskLine) Open() int { return l.Qty - l.N - l.Short }

// Ungraded returns how many units of the line nobody has judged yet.
func (l *TaskLine) Ungraded() (n int) {
	for i := range l.Goods {
		if l.Goods[i].Grade == "" {
			n += l.Goods[i].Qty
		}
	}
	return n
}

// asLine shows the line's goods to the rules of tracking, which speak of shipments.
func (l *TaskLine) asLine() Line {
	return Line{No: l.No, SKU: l.SKU, Name: l.Name, Qty: l.Qty, Codes: l.Codes, Track: l.Track, Picked: l.N}
}

// wantsLot says whether a unit's lot is asked for: by a count of goods that have lots, and
// where the task is about one lot.
func (l *TaskLine) wantsLot(k TaskKind) bool { return l.Track.Lot && (k == TaskCount || l.Lot != "") }

// Line returns the line with that number, or nil.
func (t *Task) Line(no int) *TaskLine {
	i := slices.IndexFunc(t.Lines, func(l TaskLine) bool { return l.No == no })
	if i < 0 {
		return nil
	}
	return &t.Lines[i]
}

// Units returns the sums over all lines: expected, and done so far.
func (t *Task) Units() (qty, n int) {
	for i := range t.Lines {
		qty, n = qty+t.Lines[i].Qty, n+t.Lines[i].N
	}
	return qty, n
}

// Closed says whether nobody works on the task any more.
func (t *Task) Closed() bool { return t.Done || t.Gone != "" }

// Keys returns the codes that name the task itself, as [CodeKey] returns them.
func (t *Task) Keys() (keys []string) {
	for _, c := range append([]string{string(t.ID), t.Ref, t.Order}, t.Codes...) {
		if k := CodeKey(c); k != "" && !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	return keys
}

// GoodsKeys returns the codes of the task's goods and places.
func (t *Task) GoodsKeys() (keys []string) {
	add := func(k string) {
		if k != "" && !slices.Contains(keys, k) {
			keys = append(keys, k)
		}
	}
	for i := range t.Lines {
		l := &t.Lines[i]
		for _, c := range l.Codes {
			add(c.Key)
		}
		add(CodeKey(string(l.From)))
	}
	return keys
}

// Copy returns the task with lists of its own.
func (t *Task) Copy() *Task {
	c := *t
	c.Lines, c.Steps = slices.Clone(t.Lines), slices.Clone(t.Steps)
	for i := range c.Lines {
		c.Lines[i].Goods, c.Lines[i].Photos = slices.Clone(c.Lines[i].Goods), slices.Clone(c.Lines[i].Photos)
	}
	return &c
}

// unannounced is what the id of a return begins with that no shop has announced.
const unannounced = "U-"

// ReturnOf is the return of a shipment's goods that nobody has announced: a parcel that
// was refused at the door, or one that came without a word. Station and centre make the
// same of the same shipment.
func ReturnOf(s *Shipment, at time.Time) *Task {
	t := &Task{ID: TaskID(unannounced + string(s.ID)), Kind: TaskReturn, Ref: s.Ref(), Order: s.Ref(), Shipment: s.ID, At: at, Why: "unannounced"}
	f := ReturnsFlow()
	t.State, _ = f.Move(f.Initial, TriggerApprove)
	for i := range s.Parcels {
		t.Codes = append(t.Codes, s.Parcels[i].Waybill.Number)
	}
	for i := range s.Lines {
		l := &s.Lines[i]
		t.Add(TaskLine{SKU: l.SKU, Name: l.Name, Codes: l.Codes, Qty: l.Picked, To: l.Location, Track: l.Track, Temp: l.Temp})
	}
	return t
}

// Add puts goods on the task: more of a SKU that is there already are one line.
func (t *Task) Add(l TaskLine) {
	for i := range t.Lines {
		if h := &t.Lines[i]; h.SKU == l.SKU && h.From == l.From && h.Lot == l.Lot {
			h.Qty, h.Announced = h.Qty+l.Qty, h.Announced+l.Announced
			return
		}
	}
	l.No = len(t.Lines) + 1
	t.Lines = append(t.Lines, l)
}

// TaskRef is a task that a code names.
type TaskRef struct {
	ID     TaskID
	Direct bool // by a number of its own, not by its goods or places
	Over   bool // nobody works on it any more
}

// TaskBench is where the operator is within a task.
type TaskBench struct {
	ID    TaskID     `json:"id,omitempty"`
	Kind  TaskKind   `json:"kind,omitempty"`
	Line  int        `json:"line,omitempty"`  // line at hand, 0 the first open one
	Units int        `json:"units,omitempty"` // in the hand of a move; counted so far of a count
	Took  []LotQty   `json:"took,omitempty"`  // which of them each of the latest scans took, oldest first
	Lots  []LotQty   `json:"lots,omitempty"`  // Units by lot, of a count of goods that have lots
	Place LocationID `json:"place,omitempty"` // confirmed by scan
	Out   OutClock   `json:"out,omitzero"`    // of cold goods in the hand of a move
}

// take puts the units of a scan into the hand, or counts them; lot "" is none.
func (b *TaskBench) take(n int, lot string) {
	b.Units += n
	b.Took = append(slices.Clip(b.Took), LotQty{lot, n})
	b.Took = b.Took[max(len(b.Took)-maxTaskSteps, 0):]
	b.add(lot, n)
}

// giveBack takes the units of the latest scan out of the hand again, and says which.
func (b *TaskBench) giveBack() (took LotQty, ok bool) {
	k := len(b.Took) - 1
	if k < 0 {
		return took, false
	}
	took = b.Took[k]
	b.Units, b.Took = b.Units-took.Qty, b.Took[:k]
	if b.add(took.Lot, -took.Qty); b.Units == 0 { // all lie where they came from
		b.Out = OutClock{}
	}
	return took, true
}

// add counts units of a lot, or takes some away.
func (b *TaskBench) add(lot string, n int) {
	if lot == "" {
		return
	}
	b.Lots = slices.Clone(b.Lots)
	i := slices.IndexFunc(b.Lots, func(x LotQty) bool { return x.Lot == lot })
	if i < 0 {
		b.Lots = append(b.Lots, LotQty{lot, n})
		return
	}
	if b.Lots[i].Qty += n; b.Lots[i].Qty == 0 {
		b.Lots = slices.Delete(b.Lots, i, i+1)
	}
}

// empty leaves nothing in the hand.
func (b *TaskBench) empty() { b.Units, b.Took, b.Lots, b.Out = 0, nil, nil, OutClock{} }
