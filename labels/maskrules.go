package labels

// maskRule says what a kind of document hides of people. Firms are no people, and a relay number of a platform is no
// phone of a person.
type maskRule struct {
	name  bool   // all but the first character of each word
	phone bool   // six digits at least
	room  bool   // unit, floor and room of the address
	notes bool   // phone numbers in free text
	why   string // the rule, or why the paper needs the data in full
}

// maskRules are the rules by kind. A waybill or packing list of an own fleet or for abroad sets Unmasked.
var maskRules = map[string]maskRule{
	KindWaybill: {name: true, phone: true, room: true, notes: true, why: "GB/T 41833-2022: a domestic express waybill hides at least one character of the name, six digits of the phone, unit and room"},
	KindPackingList: {name: true, phone: true, room: true, notes: true,
		why: "lies in the box and outlives the waybill; the same rule keeps what that hides hidden"},
	KindCustomsList: {name: true, why: "the buyer is known to customs by the declaration; the bench needs to tell lines apart only"},

	KindCN22:        {why: "UPU Convention Regulations: customs of the destination need the sender in full"},
	KindCN23:        {why: "UPU Convention Regulations: customs of the destination need sender and addressee in full"},
	KindCustomsForm: {why: "as CN 22 and CN 23"},
	KindInvoice:     {why: "customs need seller, buyer and consignee in full"},
	KindSSCC:        {why: "names warehouses and firms"},
	KindManifest:    {why: "has no field for a person; destinations are towns"},
	KindPickList:    {why: "has no field for a person"},
	KindPlace:       {why: "has no field for a person"},
	KindItem:        {why: "has no field for a person"},
	KindSlip:        {why: "has no field for a person"},
	KindBenchCard:   {why: "has no field for a person"},
	KindBadge:       {why: "names its owner, who wears it"},
	KindReadyMade:   {why: "drawn by the carrier, who holds the data and masks it"},
}

// party is p as the kind may print it.
func (m maskRule) party(p Party) Party {
	if p.Company {
		return p
	}
	if m.name {
		p.Name = MaskName(p.Name)
	}
	if m.phone && !p.PhoneVirtual {
		p.Phone = MaskPhone(p.Phone)
	}
	if m.room {
		p.Street, p.Unit = MaskAddress(MaskNumbers(p.Street)), MaskAll(p.Unit)
	}
	if m.phone || m.room {
		p.Email, p.TaxID = "", ""
	}
	return p
}

// note is free text as the kind may print it.
func (m maskRule) note(s string) string {
	if m.notes {
		return MaskNumbers(s)
	}
	return s
}
