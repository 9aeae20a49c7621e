package order

import (
	"encoding/hex"
	"hash/fnv"
	"slices"
	"strconv"
)

// PaperKind names a document of the print queue. The zero value is the waybill.
type PaperKind string

// Papers of a bench.
const (
	PaperWaybill     PaperKind = ""             // 面单
	PaperPackingList PaperKind = "packing-list" // 出库单, lies in the box
	PaperCustoms     PaperKind = "customs-form" // CN 22 or CN 23, which of them the postal rules say
	PaperInvoice     PaperKind = "invoice"      // commercial invoice
	PaperCustomsList PaperKind = "customs-list" // 报关清单
	PaperSlip        PaperKind = "slip"         // put-back or exception slip of an instruction
	PaperManifest    PaperKind = "manifest"     // 交接单 of a carrier
)

// Word is the kind as names and texts say it.
func (k PaperKind) Word() string {
	if k == PaperWaybill {
		return "waybill"
	}
	return string(k)
}

// ByParcel says whether the paper is of one parcel; a shipment's invoice and customs
// list are printed once, with its first parcel.
func (k PaperKind) ByParcel() bool { return k != PaperInvoice && k != PaperCustomsList }

// ForCustoms says whether a parcel must not leave without the paper.
func (k PaperKind) ForCustoms() bool {
	return k == PaperCustoms || k == PaperInvoice || k == PaperCustomsList
}

// statesGross says whether the paper names what the box weighs.
func (k PaperKind) statesGross() bool { return k == PaperCustoms || k == PaperInvoice }

// PaperRule says for which shipments a paper beside the waybill is printed.
type PaperRule struct {
	Kind     PaperKind     `json:"kind"`
	Customs  []CustomsMode `json:"customs,omitempty"`  // only under these regimes; none: under any
	Carriers []CarrierID   `json:"carriers,omitempty"` // only with these carriers; none: with any
}

// holds says whether the rule is about the shipment.
func (r *PaperRule) holds(s *Shipment) bool {
	switch r.Kind {
	case PaperPackingList, PaperCustoms, PaperInvoice, PaperCustomsList:
		return (len(r.Customs) == 0 || slices.Contains(r.Customs, s.Customs)) &&
			takes(r.Carriers, s.Carrier.ID)
	}
	return false // of no parcel, or of a newer version
}

// CheckPapers says what of the policy's papers makes no sense.
func (p *Policy) CheckPapers() error {
	for i := range p.Papers {
		r := &p.Papers[i]
		switch r.Kind {
		case PaperPackingList, PaperCustoms, PaperInvoice, PaperCustomsList:
		default:
			return Errorf("bad_policy", "the policy wants a paper %q", r.Kind).WithHint("use packing-list, customs-form, invoice or customs-list")
		}
		for _, m := range r.Customs {
			if m != CustomsExport && m != CustomsBonded && m != CustomsDutyFree {
				return Errorf("bad_policy", "the paper %s is for regime %q", r.Kind, m).WithHint("use 9610, 1210 or dutyfree")
			}
		}
	}
	return nil
}

// PapersFor returns what is printed with a parcel beside its waybill, in the order in
// which it comes out.
func (p *Policy) PapersFor(s *Shipment, parcel *Parcel) (kinds []PaperKind) {
	for i := range p.Papers {
		r := &p.Papers[i]
		first := len(s.Parcels) > 0 && parcel.No == s.Parcels[0].No
		if r.holds(s) && (first || r.Kind.ByParcel()) && !slices.Contains(kinds, r.Kind) {
			kinds = append(kinds, r.Kind)
		}
	}
	return kinds
}

// Paper is how far one paper of a parcel is, beside its waybill.
type Paper struct {
	Kind     PaperKind `json:"kind"`
	Requests int       `json:"requests,omitempty"` // jobs put into the queue
	Prints   int       `json:"prints,omitempty"`   // that reached the printer
	Version  int       `json:"version,omitempty"`  // order version on the paper
	Contents string    `json:"contents,omitempty"` // contents on the paper, as ContentsMark says them
}

// Paper returns how far a paper of the parcel is.
func (p *Parcel) Paper(k PaperKind) Paper {
	if k == PaperWaybill {
		return Paper{Requests: p.PrintRequests, Prints: p.Prints, Version: p.PrintedVersion, Contents: p.PrintedContents}
	}
	for _, x := range p.Papers {
		if x.Kind == k {
			return x
		}
	}
	return Paper{Kind: k}
}

// setPaper replaces what is known of a paper; older copies of the parcel keep theirs.
func (p *Parcel) setPaper(x Paper) {
	if x.Kind == PaperWaybill {
		p.PrintRequests, p.Prints, p.PrintedVersion, p.PrintedContents = x.Requests, x.Prints, x.Version, x.Contents
		return
	}
	p.Papers = slices.Clone(p.Papers)
	if i := slices.IndexFunc(p.Papers, func(o Paper) bool { return o.Kind == x.Kind }); i >= 0 {
		p.Papers[i] = x
		return
	}
	p.Papers = append(p.Papers, x)
}

// applyPaper folds a print that was asked for, that came out, or that was found void.
func applyPaper(p *Parcel, e *Event) {
	x := p.Paper(e.Paper)
	switch {
	case e.Type == EventPaperVoided:
		x.Contents = voidMark
	case e.Type == EventPrintRequested:
		x.Requests = max(x.Requests, e.No)
	case e.No >= x.Prints: // a late report of an older print says nothing of the newest
		x.Prints, x.Contents = e.No, e.Contents
		x.Version = max(x.Version, e.OrderVersion)
	}
	p.setPaper(x)
}

// Why a paper does not count any more.
const (
	VoidOrder    = "order_changed"    // the order, such as its address, changed after printing
	VoidContents = "contents_changed" // the box holds other goods than the paper says
)

// PaperVoid says why a paper that came out must not be used, "" where it is good.
func (s *Shipment) PaperVoid(p *Parcel, k PaperKind) string { return s.now().paperVoid(p, k) }

func (o outlook) paperVoid(p *Parcel, k PaperKind) string {
	x := p.Paper(k)
	switch {
	case x.Prints == 0:
		return ""
	case x.Version > 0 && x.Version < o.Version:
		return VoidOrder
	case x.Contents != "" && x.Contents != o.contentsMark(p, k):
		return VoidContents
	}
	return ""
}

// Stated returns the shipment with the units of each line that a paper of the parcel
// names, as if they and nothing else were picked.
func (s *Shipment) Stated(p *Parcel, k PaperKind) *Shipment {
	in, c := s.PaperContents(p, k), s.copied()
	for i := range c.Lines {
		l := &c.Lines[i]
		l.Picked, l.Packed, l.Boxes = in[l.No], in[l.No], nil
	}
	return c
}

// voidWaybill says whether the number stands on paper of the parcel from before its
// receiver changed.
func (p *Parcel) voidWaybill(key string) bool {
	return slices.ContainsFunc(p.VoidWaybills, func(n string) bool { return CodeKey(n) == key })
}

// voidMark stands for the contents of a paper that was found void: it fits none.
const voidMark = "void"

// ContentsMark is a fingerprint of what a paper of a parcel says of the goods: it
// changes when other goods are in the box. Waybills and customs papers name goods and
// quantities, packing lists their lots and serial numbers as well.
func (s *Shipment) ContentsMark(p *Parcel, k PaperKind) string { return s.now().contentsMark(p, k) }

func (o outlook) contentsMark(p *Parcel, k PaperKind) string {
	h, planned := fnv.New64a(), o.planned(p)
	var buf [64]byte // a shipment may have a thousand lines, and every view of it asks
	for i := range o.Lines {
		l := o.at(i)
		qty := o.paperQty(l, p, k, planned)
		if qty == 0 {
			continue
		}
		b := append(strconv.AppendInt(buf[:0], int64(l.No), 10), ' ')
		h.Write(append(strconv.AppendInt(b, int64(qty), 10), '\n'))
		if k == PaperPackingList {
			for _, mark := range slices.Sorted(slices.Values(slices.Concat(l.Lots, l.Serials))) {
				h.Write(append(strconv.AppendInt(buf[:0], int64(len(mark)), 10), ':'))
				h.Write([]byte(mark))
			}
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}
