package labels

import "strings"

// leastName is the smallest size, in tenths of a point, of a name and phone on a waybill: 5 pt, 14 dots of a head of
// 203 dpi. Any name of 120 characters fits every form at this size together with its phone and a usual address; only
// what does not is reported as overflow.
const leastName = 50

// nameText is the first field of a party: name and phone, whatever white space the source put between the words. A phone
// number stays on one line.
func nameText(p Party) string {
	return joinNonEmpty("  ", strings.Join(strings.Fields(p.Name), " "), strings.Join(strings.Fields(p.Phone), string(noBreak)))
}

// balanced gives the zones with the room of each party shared out between its name and its address. A form lists the
// name of a party directly before its address.
func (w *Waybill) balanced(p *Page, zones []zone) []zone {
	out := append(make([]zone, 0, len(zones)), zones...)
	for i := range out {
		switch out[i].id {
		case "receiver_name", "sender_name":
			out[i], out[i+1] = p.share(out[i], w.zoneText(out[i].id), out[i+1], w.zoneText(out[i+1].id))
		}
	}
	return out
}

// share moves the border between a name and the address below it, so that both are printed whole if there is any way:
//
//  1. the name on one line, hardly shrunk, as the form has it;
//  2. the name on two lines, down to the smallest size of the form;
//  3. the name on as many lines as it needs, down to leastName.
//
// In 2 and 3 the name is as large as it goes beside an address that is hardly shrunk, else beside one at its own smallest
// size. When there is no way, the name gets the least room that holds it and the address is cut; a name that nothing
// holds is cut and the address is not.
func (p *Page) share(name zone, nameText string, addr zone, addrText string) (zone, zone) {
	if p.fits(name.box, nameText, name.hardlyShrunk()) {
		return name, addr
	}
	two, many := name, name
	two.style.lines = 2
	many.style.lines, many.style.min = 0, min(name.style.min, leastName)
	most := addr.y + addr.h - name.y - blockHeight(1, addr.style.min) - (addr.y - name.y - name.h)
	for _, try := range []struct {
		name zone
		from int
	}{{two, min(blockHeight(2, name.style.size), most)}, {many, most}} {
		for _, address := range []style{addr.hardlyShrunk(), addr.style} {
			for h := try.from; h >= name.h; h -= shareStep {
				n, a := parted(try.name, addr, h)
				if p.fits(n.box, nameText, n.style) && p.fits(a.box, addrText, address) {
					return n, a
				}
			}
		}
	}
	return p.shareTooMuch(many, nameText, addr, addrText, most)
}

// shareTooMuch is share for what does not go into both zones, with at most `most` for the name.
func (p *Page) shareTooMuch(name zone, nameText string, addr zone, addrText string, most int) (zone, zone) {
	for h := name.h; h <= most; h += shareStep {
		if n, a := parted(name, addr, h); p.fits(n.box, nameText, n.style) {
			return n, a
		}
	}
	for h := most; h > name.h; h -= shareStep {
		if n, a := parted(name, addr, h); p.fits(a.box, addrText, a.style) {
			return n, a
		}
	}
	return name, addr
}

// hardlyShrunk is the zone's style without sizes below four fifths of the normal one.
func (z zone) hardlyShrunk() style {
	st := z.style
	st.min = max(st.min, st.size*4/5)
	return st
}

// shareStep is how far, in tenths of a millimetre, the border moves from one attempt to the next.
const shareStep = 4

// parted sets the height of the name to h; the address keeps its lower edge and its distance from the name.
func parted(name, addr zone, h int) (zone, zone) {
	addr.y += h - name.h
	addr.h -= h - name.h
	name.h = h
	return name, addr
}

// blockHeight is the height in tenths of a millimetre, rounded up with one tenth for the dots, of lines of text of a size
// in tenths of a point.
func blockHeight(lines, size int) int {
	percent := 100 + leading*(lines-1)
	return (size*254*percent+71999)/72000 + 1
}
