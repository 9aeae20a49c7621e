package tui

import "pickstation/tui/text"

// signIn asks for a badge, in both languages while nobody has chosen one, under a
// clock that is read from the door.
func (p *painter) signIn(a area) {
	now := p.clock(p.now, "15:04")
	scale := 1
	if a.w >= 60 {
		scale = 2
	}
	w, _ := bigWidth(now, scale)
	if a.h >= bigRows+4 {
		y := (a.h - bigRows - 4) / 2
		a.drawBig((a.w-w)/2, y, scale, big, now)
		_, a = a.top(y + bigRows + 1)
	}
	a.center(0, strong, p.t.ScanBadge)
	if a.h < 2 {
		return
	}
	if other := text.For(text.ZH); p.t != other && !p.o.ASCII {
		a.center(1, plain, other.ScanBadge)
	} else if !p.o.ASCII {
		a.center(1, plain, text.For(text.EN).ScanBadge)
	}
	if a.h >= 3 {
		a.center(2, muted, p.t.ScanBadgeHint)
	}
}
