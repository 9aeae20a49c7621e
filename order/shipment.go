package order

import (
	"cmp"
	"slices"
	"time"
)

// Shipment 出库单 is the unit of work at a bench: one warehouse, one carrier, one
// customs mode. The plan comes from the centre; the progress is the fold of events.
type Shipment struct {
	ID          ShipmentID  `json:"id"`
	Version     int         `json:"version"` // order version the plan was made from; grows
	Flow        string      `json:"flow"`
	FlowVersion int         `json:"flow_version"`
	Orders      []OrderRef  `json:"orders"`
	Warehouse   string      `json:"warehouse"`
	Carrier     Carrier     `json:"carrier"`
	Customs     CustomsMode `json:"customs,omitempty"`
	Priority    int         `json:"priority,omitempty"` // higher goes first
	Promise     time.Time   `json:"promise,omitzero"`   // promised hand-over time, UTC
	Tote        string      `json:"tote,omitempty"`
	Wave        *Wave       `json:"wave,omitempty"`     // it is worked with
	Complete    bool        `json:"complete,omitempty"` // must not ship with a short line
	PackCheck   PackCheck   `json:"pack_check,omitempty"`
	Pickup      string      `json:"pickup,omitempty"`  // hash of the buyer's code, see [PickupHash]; "" a carrier takes it
	Transit     *Transit    `json:"transit,omitempty"` // where it goes and how long that takes, nil not known
	Holds       []Hold      `json:"holds,omitempty"`
	Cancelled   bool        `json:"cancelled,omitempty"`
	Lines       []Line      `json:"lines"`
	Parcels     []Parcel    `json:"parcels"`

	// With a customs mode only.
	Declare *Declaration `json:"declare,omitempty"`

	// Progress.
	State   StateCode  `json:"state"`
	Owner   OperatorID `json:"owner,omitempty"`   // who works on it now, "" nobody
	Batch   string     `json:"batch,omitempty"`   // batch in which it is worked on
	Slot    string     `json:"slot,omitempty"`    // tote or slot that holds its goods, learnt by the first put
	Stands  LocationID `json:"stands,omitempty"`  // where its tote was brought, until somebody works on it again
	Fetched *Fetched   `json:"fetched,omitempty"` // the buyer has it
	Out     []OutClock `json:"out,omitempty"`     // how long its cold goods have been out of the cold

	steps []step // picks that can be undone, oldest first
}

// OrderRef points at an order that a shipment serves.
type OrderRef struct {
	ID       OrderID `json:"id"`
	Channel  string  `json:"channel"`
	External string  `json:"external"` // the shop's own number, what a person calls it
}

// Carrier is who takes the parcel, with the code printed on labels.
type Carrier struct {
	ID      CarrierID `json:"id"`
	Name    Names     `json:"name"`
	Service string    `json:"service,omitempty"`
}

// CustomsMode is the customs supervision mode code of China's e-commerce regimes,
// or "" for domestic trade. The regimes are never mixed in one shipment.
type CustomsMode string

// Customs modes.
const (
	CustomsNone     CustomsMode = ""
	CustomsExport   CustomsMode = "9610"     // B2C direct export
	CustomsBonded   CustomsMode = "1210"     // bonded retail import
	CustomsDutyFree CustomsMode = "dutyfree" // Hainan offshore duty-free
)

// PackCheck says how goods are verified before the waybill.
type PackCheck string

// Pack checks. With PackByPick the pick scans are the verification.
const (
	PackByPick PackCheck = ""
	PackEach   PackCheck = "each" // every unit is scanned again at the bench
)

// ItemCode is a barcode that counts as a line's SKU; Mult units per scan.
type ItemCode struct {
	Key  string `json:"key"`            // as [CodeKey] returns it
	Mult int    `json:"mult,omitempty"` // units, 0 means 1
}

// Units returns how many units one scan of the code counts.
func (c ItemCode) Units() int { return max(c.Mult, 1) }

// Tracking lists what must be known of each unit beside its SKU.
type Tracking struct {
	Lot    bool `json:"lot,omitempty"`
	Expiry bool `json:"expiry,omitempty"`
	Serial bool `json:"serial,omitempty"`
	Weight bool `json:"weight,omitempty"` // catch weight 实重: what each unit weighs is known of itself only
}

// ParseTracking reads the words for what is known of each unit.
func ParseTracking(words []string) (t Tracking, err error) {
	for _, w := range words {
		switch w {
		case "lot":
			t.Lot = true
		case "expiry":
			t.Expiry = true
		case "serial":
			t.Serial = true
		case "weight":
			t.Weight = true
		default:
			return t, Errorf("bad_track", "track %.40q is not lot, expiry, serial or weight", w)
		}
	}
	return t, nil
}

// Line is one SKU of a shipment at one location.
type Line struct {
	No        int        `json:"no"` // 1-based, stable
	Order     OrderID    `json:"order,omitempty"`
	OrderLine int        `json:"order_line,omitempty"`
	SKU       SKU        `json:"sku"`
	Name      Names      `json:"name"`
	Qty       int        `json:"qty"` // units to pick
	Location  LocationID `json:"location,omitempty"`
	Zone      string     `json:"zone,omitempty"` // of its location
	Walk      int        `json:"walk,omitempty"` // place in the pick path, ascending
	Codes     []ItemCode `json:"codes"`
	Track     Tracking   `json:"track,omitzero"`
	Lot       string     `json:"lot,omitempty"`        // lot that was reserved, "" any
	Scan      ScanClass  `json:"scan,omitempty"`       // how often its goods are scanned
	Instead   int        `json:"instead,omitempty"`    // number of the line whose missing units go out as these goods
	Gift      bool       `json:"gift,omitempty"`       // the buyer gets it as a present
	PackRank  int        `json:"pack_rank,omitempty"`  // into the box in this order, ascending: heavy goods first
	Kit       string     `json:"kit,omitempty"`        // kit whose part the line is
	PerKit    int        `json:"per_kit,omitempty"`    // units of it in one kit
	LastThere bool       `json:"last_there,omitempty"` // stock says that its place is empty after this pick
	Oldest    Date       `json:"oldest,omitempty"`     // use-by day of the oldest stock at its place: that goes first
	Alone     bool       `json:"alone,omitempty"`      // stock says that nothing else lies at its place
	Stock     []Stock    `json:"stock,omitempty"`      // its goods where they lie, as stock says; none: nobody tells
	Temp      Temp       `json:"temp,omitempty"`
	WeightG   int        `json:"weight_g,omitempty"`      // unit weight, grams
	SpreadG   int        `json:"spread_g,omitempty"`      // standard deviation, grams
	MinLife   int        `json:"min_life_days,omitempty"` // least remaining shelf life, days; the warehouse's where that is more
	PriceEach Money      `json:"price_each,omitzero"`     // for customs papers

	// What customs ask of the goods.
	Customs *LineCustoms `json:"customs,omitempty"`

	// Progress.
	Picked      int      `json:"picked,omitempty"`
	Packed      int      `json:"packed,omitempty"` // units verified again, PackEach only
	Short       int      `json:"short,omitempty"`
	ShortReason string   `json:"short_reason,omitempty"`
	Serials     []string `json:"serials,omitempty"`
	Lots        []string `json:"lots,omitempty"`  // distinct lots picked
	Packs       []string `json:"packs,omitempty"` // packs that were picked whole
	NetG        int      `json:"net_g,omitempty"` // what the picked units weigh together, where each is weighed
	Boxes       []InBox  `json:"boxes,omitempty"` // units in other boxes than the first
}

// Keys lists what the line's goods are scanned by: their barcodes, and the packs they lie in.
func (l *Line) Keys() []string {
	keys := make([]string, 0, len(l.Codes)+len(l.Stock))
	for _, c := range l.Codes {
		keys = append(keys, c.Key)
	}
	for i := range l.Stock {
		if key := CodeKey(l.Stock[i].Pack); key != "" {
			keys = append(keys, key)
		}
	}
	return keys
}

// Open returns how many units are still to be picked.
func (l *Line) Open() int { return l.Qty - l.Picked - l.Short }

// Unverified returns how many picked units still await the pack check.
func (l *Line) Unverified() int { return l.Picked - l.Packed }

// Parcel 包裹 is a box of a shipment with its waybill.
type Parcel struct {
	No        int      `json:"no"` // 1-based within the shipment
	ID        ParcelID `json:"id"`
	Waybill   Waybill  `json:"waybill"`
	Packaging string   `json:"packaging,omitempty"`
	// VoidWaybills are numbers the parcel had before its receiver changed; paper with one
	// of them may still be about.
	VoidWaybills []string `json:"void_waybills,omitempty"`

	// Progress.
	WeightG        int `json:"weight_g,omitempty"`
	Prints         int `json:"prints,omitempty"`          // originals and reprints that reached the printer
	PrintRequests  int `json:"print_requests,omitempty"`  // jobs put into the queue
	PrintedVersion int `json:"printed_version,omitempty"` // order version on the paper
	// PrintedContents is what the waybill says of the goods, as ContentsMark does.
	PrintedContents string   `json:"printed_contents,omitempty"`
	Papers          []Paper  `json:"papers,omitempty"`     // the other papers
	Box             string   `json:"box,omitempty"`        // kind of box that the bench took, a code of [Packaging]
	Cooled          string   `json:"cooled,omitempty"`     // code of the coolant that was scanned into it
	Inserts         []string `json:"inserts,omitempty"`    // codes of what was scanned into it beside the goods
	Extra           bool     `json:"extra,omitempty"`      // made at the bench: no plan has it
	Closed          bool     `json:"closed,omitempty"`     // full; what follows goes into the next box
	Labelled        bool     `json:"labelled,omitempty"`   // the label was scanned back off the box
	Dispatched      bool     `json:"dispatched,omitempty"` // handed over to the carrier
}

// Waybill is the number and print data obtained by the centre at allocation.
type Waybill struct {
	Number  string            `json:"number"`
	Routing string            `json:"routing,omitempty"` // 三段码
	Sort    string            `json:"sort,omitempty"`    // 大头笔
	Fields  map[string]string `json:"fields,omitempty"`  // carrier's own print fields
}

// Receiver is the addressee. It is personal data: sealed at rest, absent from
// events and logs, joined only when a label is rendered.
type Receiver struct {
	Name     string `json:"name"`
	Phone    string `json:"phone"`
	Country  string `json:"country"` // ISO 3166-1 alpha-2
	Province string `json:"province,omitempty"`
	City     string `json:"city,omitempty"`
	District string `json:"district,omitempty"`
	Street   string `json:"street,omitempty"`
	Postcode string `json:"postcode,omitempty"`
}

// Hold is a mark beside the state; several may stand at once.
type Hold struct {
	Code  HoldCode  `json:"code"`
	At    time.Time `json:"at"`
	By    string    `json:"by,omitempty"`
	Note  string    `json:"note,omitempty"` // no personal data
	Stops bool      `json:"stops"`          // no work, print or hand-over while it stands
}

// HoldCode names a hold or mark.
type HoldCode string

// Holds and marks.
const (
	Backordered    HoldCode = "backordered"     // 缺货待补
	AddressChanged HoldCode = "address_changed" // 客户改地址
	AddressUnclear HoldCode = "address_unclear" // 地址模糊
	Urgent         HoldCode = "urgent"          // 紧急处理
	ToVerify       HoldCode = "to_verify"       // 需核实
	Intercepted    HoldCode = "intercepted"     // 截停
	Incomplete     HoldCode = "incomplete"      // 信息缺失
)

// Stopped returns the first hold that forbids work, or nil.
func (s *Shipment) Stopped() *Hold {
	for i := range s.Holds {
		if s.Holds[i].Stops {
			return &s.Holds[i]
		}
	}
	return nil
}

// SetHold puts a hold on, once per code.
func (s *Shipment) SetHold(h Hold) {
	for i := range s.Holds {
		if s.Holds[i].Code == h.Code {
			s.Holds = slices.Clone(s.Holds) // copies of the shipment keep theirs
			s.Holds[i] = h
			return
		}
	}
	s.Holds = append(slices.Clip(s.Holds), h)
}

// DropHold takes a hold off.
func (s *Shipment) DropHold(code HoldCode) {
	s.Holds = slices.DeleteFunc(slices.Clone(s.Holds), func(h Hold) bool { return h.Code == code })
}

// Line returns the line with that number, or nil.
func (s *Shipment) Line(no int) *Line {
	if no >= 1 && no <= len(s.Lines) && s.Lines[no-1].No == no {
		return &s.Lines[no-1]
	}
	for i := range s.Lines {
		if s.Lines[i].No == no {
			return &s.Lines[i]
		}
	}
	return nil
}

// Parcel returns the parcel with that number, or nil.
func (s *Shipment) Parcel(no int) *Parcel {
	for i := range s.Parcels {
		if s.Parcels[i].No == no {
			return &s.Parcels[i]
		}
	}
	return nil
}

// ByWaybill returns the parcel whose waybill has that key, or nil. A parcel without
// a number is never found.
func (s *Shipment) ByWaybill(key string) *Parcel {
	for i := range s.Parcels {
		if key != "" && CodeKey(s.Parcels[i].Waybill.Number) == key {
			return &s.Parcels[i]
		}
	}
	return nil
}

// Units returns the sums over all lines: to pick, picked, short.
func (s *Shipment) Units() (need, picked, short int) {
	for i := range s.Lines {
		need += s.Lines[i].Qty
		picked += s.Lines[i].Picked
		short += s.Lines[i].Short
	}
	return need, picked, short
}

// Started says whether any goods have been picked or reported short.
func (s *Shipment) Started() bool {
	for i := range s.Lines {
		if s.Lines[i].Picked > 0 || s.Lines[i].Short > 0 {
			return true
		}
	}
	return false
}

// PickDone says whether no line has units left to pick.
func (s *Shipment) PickDone() bool { return s.now().pickDone() }

// AllLabelled says whether every parcel's label was scanned back, and no goods still
// wait for another box.
func (s *Shipment) AllLabelled() bool {
	return s.everyParcel(func(p *Parcel) bool { return p.Labelled }) && !(s.boxClosed() && !s.now().allIn())
}

// AllDispatched says whether every parcel was handed over.
func (s *Shipment) AllDispatched() bool {
	return s.everyParcel(func(p *Parcel) bool { return p.Dispatched })
}

func (s *Shipment) everyParcel(is func(*Parcel) bool) bool {
	for i := range s.Parcels {
		if p := &s.Parcels[i]; !is(p) && s.NeedsBox(p) {
			return false
		}
	}
	return len(s.Parcels) > 0
}

// NextLine returns the line to pick next: skipped lines last, frozen goods after
// the others, then along the walk. It returns nil when nothing is open.
func (s *Shipment) NextLine(skipped []int) *Line { return s.now().nextLine(skipped, nil) }

// CompareWalk orders lines as NextLine takes them.
func CompareWalk(a, b *Line, skipped []int) int {
	if len(skipped) > 0 {
		if c := skipRank(skipped, a.No) - skipRank(skipped, b.No); c != 0 {
			return c
		}
	}
	if a.Temp != b.Temp && coldRank(a.Temp) != coldRank(b.Temp) {
		return coldRank(a.Temp) - coldRank(b.Temp)
	}
	if a.Walk != b.Walk {
		return cmp.Compare(a.Walk, b.Walk)
	}
	return cmp.Compare(a.No, b.No)
}

// skipRank is 0 for a line never skipped, else its place among the latest skips.
func skipRank(skipped []int, no int) int {
	for i := len(skipped) - 1; i >= 0; i-- {
		if skipped[i] == no {
			return i + 1
		}
	}
	return 0
}

func coldRank(t Temp) int {
	switch t {
	case Frozen:
		return 2
	case Chilled:
		return 1
	}
	return 0
}
