package order

// ScanClass says how often goods are scanned. The zero value is COUNT: each unit.
type ScanClass string

// Classes.
const (
	ScanCount ScanClass = ""      // COUNT 逐件: every unit, and one more is an alarm
	ScanOnce  ScanClass = "once"  // ONCE 扫一次报数: one scan, then how many
	ScanCheck ScanClass = "check" // CHECK 抽检: one scan stands for all units of the line, and repeats are tolerated
)

// Known says whether the class is one of them.
func (c ScanClass) Known() bool { return c == ScanCount || c == ScanOnce || c == ScanCheck }

// checked returns how many units one scan of a CHECK line stands for: all that are open,
// however many the code counts. What has a serial number or weight of its own is always
// scanned one by one.
func (l *Line) checked(units, open int) int {
	if l.Scan != ScanCheck || l.Track.Serial || l.Track.Weight || open <= 0 {
		return units
	}
	return open
}

// repeats answers goods of a CHECK line that is complete: one more scan does no harm.
func (t *turn) repeats(l *Line, do Message) bool {
	if l.Scan != ScanCheck || l.Track.Serial {
		return false
	}
	t.say(DoneAlready, msg(MsgCheckedYet, Args{Name: l.Name, SKU: l.SKU, N: l.Picked, Need: l.Qty}), do)
	return true
}

// kitRest returns a line of the same kit whose units come before another one of this
// line: no second kit is begun before the first is complete. Lines of a kit say how many
// of their units one kit takes; units is how many are to be verified now.
func (o outlook) kitRest(l *Line, units int) *Line {
	if l.Kit == "" || l.PerKit < 1 {
		return nil
	}
	began := (o.boxed(l) + units + l.PerKit - 1) / l.PerKit // kits that this would begin
	for i := range o.Lines {
		m := o.at(i)
		if m.Kit != l.Kit || m.No == l.No || m.PerKit < 1 {
			continue
		}
		if want := (began - 1) * m.PerKit; o.boxed(m) < min(want, m.Qty-m.Short) {
			return m
		}
	}
	return nil
}

// kitWaits says whether not one more unit of the line would be taken where units are
// verified, since its kit lacks others first. There is always a line that does not wait.
func (o outlook) kitWaits(l *Line, at PackCheck) bool {
	return o.PackCheck == at && o.kitRest(l, 1) != nil
}

// refuseKit refuses goods of a kit while another part of the kit before is missing.
func (t *turn) refuseKit(l *Line, units int, at PackCheck) bool {
	if t.s.PackCheck != at {
		return false
	}
	m := t.s.now().kitRest(l, units)
	if m == nil || t.lenient(l, MsgKitFirst) {
		return false
	}
	a := Args{Name: m.Name, SKU: m.SKU, Code: l.Kit, Location: m.Location, N: m.PerKit}
	t.say(Needs, msg(MsgKitFirst, a), msg(DoWanted, a))
	return true
}

// TakeNow returns how many units of a line are to be taken before another one's turn: all
// that are open, of a kit what the kits lack that may be begun.
func (s *Shipment) TakeNow(no int) int {
	if l := s.Line(no); l != nil {
		return s.now().takeNow(l)
	}
	return 0
}

// maxKitSteps bounds how many kits at once are looked at.
const maxKitSteps = 100

func (o outlook) takeNow(l *Line) int {
	open := l.Open()
	if l.Kit == "" || l.PerKit < 1 || o.PackCheck != PackByPick || open <= 0 {
		return open
	}
	take := 0
	for k := range maxKitSteps {
		n := min(l.PerKit-o.boxed(l)%l.PerKit+k*l.PerKit, open) // to the end of the kth kit from here
		if o.kitRest(l, n) != nil {
			break
		}
		if take = n; n == open {
			break
		}
	}
	return max(take, 1)
}
