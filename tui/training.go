package tui

import "strings"

// trainingMark fills the first row with what a trainee must not forget, in a pattern that
// is seen without colour, and returns what is below. Windows of one row keep it.
func (p *painter) trainingMark(a area) area {
	head, rest := a.top(1)
	head.fill(warnBar)
	word := " " + p.t.Training + " "
	if cells(word)+6 > a.w {
		word = " " + p.t.TrainingShort + " "
	}
	side := max(0, (a.w-a.c.width(word))/2)
	head.text(0, 0, warnBar, strings.Repeat("/", side))
	n := side + head.text(side, 0, warnBar, word)
	head.text(n, 0, warnBar, strings.Repeat("/", max(0, a.w-n)))
	p.h = rest.h
	return rest
}
