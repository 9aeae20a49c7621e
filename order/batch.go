package order

import (
	"cmp"
	"slices"
	"strings"
)

// BatchMode says how several shipments are worked on at once.
type BatchMode string

// Modes.
const (
	BatchCluster BatchMode = "cluster" // 边拣边分: along the shelves, each order into its own tote
	BatchWall    BatchMode = "wall"    // 播种: goods of a wave into the slots of a put wall
	WaveSingle   BatchMode = "single"  // 一单一货: a wave of orders of one item each, opened by the item
)

// Wave 波次 is what the centre wants worked together.
type Wave struct {
	ID     string    `json:"id"`
	Mode   BatchMode `json:"mode"`
	Orders int       `json:"orders,omitempty"` // how many it has
	// For is who is to work it, "" whoever asks first.
	For OperatorID `json:"for,omitempty"`
}

// Batch is the work on several shipments at one bench.
type Batch struct {
	ID      string    `json:"id"`
	Mode    BatchMode `json:"mode"`
	Wave    string    `json:"wave,omitempty"` // the centre's wave that it is, "" its own choice
	Members []Member  `json:"members"`
	Skipped []LineRef `json:"skipped,omitempty"` // put behind, oldest first
	Packing bool      `json:"packing,omitempty"` // one of them is packed at the wall just now
	Drop    *Drop     `json:"drop,omitempty"`    // its totes are brought to their places
}

// Member is a shipment of a batch as far as the screen needs it.
type Member struct {
	Shipment ShipmentID `json:"id"`
	Ref      string     `json:"ref"`
	Slot     string     `json:"slot,omitempty"` // its tote or slot, learnt by the first put
	Offer    string     `json:"offer,omitempty"`
	Units    int        `json:"units"`
	Picked   int        `json:"picked,omitempty"`
	Open     int        `json:"open,omitempty"`
	Brought  bool       `json:"brought,omitempty"` // its tote stands at its place
	Out      bool       `json:"out,omitempty"`     // cancelled, stopped, or packed: no part of it any more
}

// LineRef names a line of a shipment of a batch.
type LineRef struct {
	Shipment ShipmentID `json:"id"`
	Line     int        `json:"line"`
}

// Drop is the tote that is brought away just now.
type Drop struct {
	Slot  string     `json:"slot"`            // asked for
	Shown bool       `json:"shown,omitempty"` // it was scanned: its place is asked for
	Place LocationID `json:"place"`
}

// DropRule names a place to which full totes are brought.
type DropRule struct {
	Place    LocationID  `json:"place"`
	Carriers []CarrierID `json:"carriers,omitempty"` // expected place of these, forbidden to others; none: of any
	Temp     Temp        `json:"temp,omitempty"`     // and of this class of goods only; none: of any
}

// Sizes of a batch where the warehouse says nothing.
const (
	defaultBatch = 8
	maxBatch     = 24
)

// batchMode returns the mode that the id of a batch tells.
func batchMode(id string) BatchMode {
	if strings.HasPrefix(id, string(BatchWall)+"-") {
		return BatchWall
	}
	return BatchCluster
}

// BatchLimit returns how many orders a batch or wave of that mode has at most.
func (p *Policy) BatchLimit(m BatchMode) int {
	n := p.BatchSize
	if m == BatchWall {
		n = p.WallSlots
	}
	return min(cmp.Or(n, defaultBatch), maxBatch)
}

// defaultTotes begin the codes of totes and slots where the warehouse names none.
var defaultTotes = []string{"TOTE", "SLOT", "T-"}

// maxTote bounds the code of a tote.
const maxTote = 24

// IsTote says whether a code is that of a tote or slot.
func (p *Policy) IsTote(key string) bool {
	begins := p.Totes
	if len(begins) == 0 {
		begins = defaultTotes
	}
	return len(key) <= maxTote && plainCode(key) && slices.ContainsFunc(begins, func(b string) bool {
		return b != "" && strings.HasPrefix(key, strings.ToUpper(b)) && len(key) > len(b)
	})
}

// dropPlace returns where the tote of a shipment is brought, "" where totes stay.
func (p *Policy) dropPlace(s *Shipment) LocationID {
	temp := s.coldest()
	for _, exact := range []bool{true, false} {
		for _, d := range p.Drops {
			if takes(d.Carriers, s.Carrier.ID) && (d.Temp == temp || !exact && d.Temp == Ambient) {
				return d.Place
			}
		}
	}
	return ""
}

// mayStand says whether a rule for the place takes the tote of a shipment.
func (p *Policy) mayStand(s *Shipment, place LocationID) bool {
	temp := s.coldest()
	return slices.ContainsFunc(p.Drops, func(d DropRule) bool {
		return d.Place == place && takes(d.Carriers, s.Carrier.ID) && (d.Temp == temp || d.Temp == Ambient)
	})
}

// coldest is the coldest class of goods in the shipment.
func (s *Shipment) coldest() Temp {
	temp := Ambient
	for i := range s.Lines {
		if coldRank(s.Lines[i].Temp) > coldRank(temp) {
			temp = s.Lines[i].Temp
		}
	}
	return temp
}

// member returns the shipment's place in the batch, or nil.
func (b *Batch) member(id ShipmentID) *Member {
	for i := range b.Members {
		if b.Members[i].Shipment == id {
			return &b.Members[i]
		}
	}
	return nil
}

// bySlot returns the member whose tote or slot has that key, or nil.
func (b *Batch) bySlot(key string) *Member {
	for i := range b.Members {
		if m := &b.Members[i]; key != "" && !m.Out && CodeKey(m.Slot) == key {
			return m
		}
	}
	return nil
}

// update takes over what the screen shows of a shipment.
func (m *Member) update(s *Shipment) {
	m.Ref, m.Slot = s.Ref(), cmp.Or(s.Slot, m.Slot)
	m.Units, m.Picked, _ = s.Units()
	m.Open = 0
	for i := range s.Lines {
		m.Open += max(s.Lines[i].Open(), 0)
	}
}

// copied returns a copy that may be changed.
func (b *Batch) copied() *Batch {
	c := *b
	c.Members, c.Skipped = slices.Clone(b.Members), slices.Clone(b.Skipped)
	if b.Drop != nil {
		d := *b.Drop
		c.Drop = &d
	}
	return &c
}

// skipRank orders skipped lines behind the others.
func (b *Batch) skipRank(r LineRef) int { return slices.Index(b.Skipped, r) + 1 }
