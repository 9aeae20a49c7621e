package station

import (
	"time"

	"pickstation/order"
)

// View is everything a screen shows: an immutable snapshot, published after a
// commit and never changed. Nothing in it may be written to.
type View struct {
	N       uint64 // grows with every view
	Station order.StationID
	Bench   order.Bench
	Zone    *time.Location // the warehouse's, for clock and promises
	Verdict *Shown         // last verdict, nil before the first

	Work         *WorkView  // shipment on the bench
	Slots        []SlotView // of a batch or put wall, in the order of its work
	Queue        []QueueRow
	QueueTotal   int
	Singles      *SinglesView // the wave of single items that is next, nil none
	Waves        []WaveView   // what BATCH and PUT WALL begin
	Outbound     []OutboundRow
	OutboundAll  int
	Instructions []order.Instruction
	Tasks        []order.Task // returns and stock, the most urgent first, at most 20
	TasksAll     int
	Task         *order.Task // on the bench
	Returns      order.ReturnPolicy
	Out          []OutView  // cold goods out of the cold, those on the bench first
	Fetch        *FetchView // parcels that a buyer fetches now

	Sync     SyncView
	Copy     CopyView
	Devices  []DeviceView
	Scale    *ScaleView // nil where the bench has none
	Probes   []ProbeView
	Printer  PrinterView
	Health   HealthView
	Today    TodayView
	ColdLook bool          // the policy gives this bench the look for a fogged visor
	Trials   []order.Trial // rules that only record for now, the one that ends last first
	Panel    *PanelView    // what is shown over the work, nil the work
}

// Shown is a verdict on the screen.
type Shown struct {
	Verdict order.Verdict
	What    order.Message
	Do      order.Message
	Device  order.DeviceID
	Frame   uint64 // number of the scan on that device, 0 for keys
	At      time.Time
	Shown   time.Time // monotonic, for how long it stands
	Async   bool      // not caused by a scan or key
}

// WorkView is the shipment on the bench.
type WorkView struct {
	ID         order.ShipmentID
	Ref        string
	State      order.StateCode
	Stage      order.Stage
	StateName  order.Names
	Carrier    order.Carrier
	Customs    order.CustomsMode
	Promise    time.Time
	Temp       order.Temp
	Inserts    []order.Insert // put into its boxes beside the goods
	NextZone   string         // zone to which its tote goes on, "" none
	Tote       string
	Lines      int
	LinesDone  int
	Units      int
	Picked     int
	Short      int
	Verified   int // units that passed the pack check
	PackCheck  order.PackCheck
	Current    *LineView  // line to pick or verify now
	CurrentPos int        // 1-based place of Current among the lines in walking order
	Next       []LineView // what follows, in walking order, at most 20
	Done       []LineView // finished lines, latest first, at most 20
	Parcels    []ParcelView
	Sheets     int // papers asked for
	SheetsOut  int // of which came out and count
	Box        int // number of the box that takes what follows, where there are several; 0 one box
	Holds      []order.Hold
	Cancelled  bool
	Started    bool
}

// SlotView is one order of a batch or put wall.
type SlotView struct {
	order.Member
	Here bool // goods in the hand are for it, or the line at hand is its
}

// LineView is one line.
type LineView struct {
	No       int
	SKU      order.SKU
	Name     order.Names
	Location order.LocationID
	Qty      int
	Picked   int
	Packed   int
	Take     int // units to take now: of a kit those of one kit, else all that are open
	Short    int
	Temp     order.Temp
	Gift     bool
	Instead  order.Names // goods that it goes out for
	Lot      string
	Track    order.Tracking
	Codes    []order.ItemCode
	Packs    []order.Stock // that stock knows at its place and that were not taken
	Twins    []order.Twin  // of the line at hand: goods that were mixed up with it, the most often first
}

// ParcelView is one box.
type ParcelView struct {
	No         int
	ID         order.ParcelID
	Waybill    string
	Routing    string
	Print      PrintState // of the latest job, "" none asked for
	PrintErr   string
	Void       string // why its paper does not count any more, "" it does
	Prints     int
	Papers     []PaperView
	WeightG    int // booked, grams; 0 not weighed
	Labelled   bool
	Dispatched bool
	Coolant    *order.CoolantRule // what is packed with its cold goods
	Cooled     bool               // the coolant was scanned
	Inserts    []string           // codes of what was scanned into it beside the goods
	First      *order.Message     // what it wants before its label counts, nil nothing
	Later      bool               // not full yet: its label comes later
	Box        string             // kind of box, "" not told
	Units      int                // in it, where the goods are in several boxes
}

// SyncView is what the station knows of the centre.
type SyncView struct {
	Online   bool
	Unsent   int
	Oldest   time.Time // oldest unsent event
	LastWord time.Time // last answer of the centre, zero never
	Problem  string    // stable code of what is wrong, "" nothing
	Detail   string
	Since    time.Time // of the problem, by this computer's clock
	// Differs are the kinds of what the station holds that are not as the centre says, ""
	// none; Rereads is how often it read everything again because of that.
	Differs      string
	DiffersSince time.Time // by this computer's clock
	Rereads      int
	Alone        bool // the station has no centre: nothing is ever sent
}

// What can be wrong with the copy of what the centre does not have.
const (
	CopyAbsent   = "absent"      // no such folder: the stick is not plugged in, the share not mounted
	CopyDenied   = "copy_denied" // it cannot be written
	CopyFull     = "copy_full"
	CopyHangs    = "copy_hangs" // it does not answer
	CopyFails    = "error"
	CopySameDisk = "copy_same_disk" // it lies on the station's own disk, which it is to outlive
	CopyEarlier  = "copy_earlier"   // it holds events of a disk that this station lost
)

// CopyView is the copy of what the centre does not have, on another disk.
type CopyView struct {
	Dir     string    // "" there is none
	At      time.Time // when nothing was missing in it last, by this computer's clock; zero not since the start
	Files   int
	Earlier int    // further files, of logs that this station does not have
	Problem string // stable code, "" nothing is wrong
	Detail  string
	Since   time.Time // of the problem, by this computer's clock
}

// DeviceView is one device of the bench.
type DeviceView struct {
	Name   string
	Kind   string // "scanner", "scale", "probe"
	Status string // "absent", "opening", "online", "denied", "busy", "error"
	Detail string
	Since  time.Time // of the status, by this computer's clock
	Reads  ReadView  // of a scanner
}

// PrinterView is the bench's printer and its queue.
type PrinterView struct {
	Name   string
	Status string // "ready", or a stable code such as "media_empty"
	Detail string
	Queued int // not out yet
	Parked int
	Done   int       // came out since nothing was queued
	Since  time.Time // of the status, by this computer's clock

	ParkedSince time.Time // when the oldest of the parked ones was
}

// HealthView is the state of the database checks and the disk.
type HealthView struct {
	Checking  bool   // the log's recent chain is not verified yet: scans wait
	Damaged   string // what a check found, "" nothing
	NotSaved  bool   // the last commit failed: the station opens its database again
	Unsaved   Unsaved
	DiskFree  int64 // bytes
	DiskLow   bool  // see DiskRoom
	DiskFull  bool
	DiskSince time.Time // low since, by this computer's clock

	ClockOff  time.Duration // the centre's clock less this computer's, as last heard
	Ahead     time.Duration // the last event, or business time that goes on from it, less what the clock says; zero where that is little
	TimeOff   time.Duration // business time less this computer's clock, in whole seconds
	CertUntil time.Time     // when the station's certificate ends, zero: it has none
}

// Business returns the business time at a time of this computer's clock.
func (v *View) Business(now time.Time) time.Time { return now.Add(v.Health.TimeOff) }

// TodayView counts the day at this bench, in the warehouse's zone.
type TodayView struct {
	Day     order.Date
	Scans   int
	Wrong   int
	Units   int
	Shipped int
}
