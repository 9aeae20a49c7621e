package order

import (
	"slices"
	"strings"
)

// ReturnPolicy says how returned goods are judged.
type ReturnPolicy struct {
	Grades []GradeRule `json:"grades,omitempty"` // none: A is restocked, B is put on hold, C is scrapped
}

// GradeRule is what becomes of goods of a grade unless the bench says otherwise.
type GradeRule struct {
	Grade Grade      `json:"grade"`
	Fate  Fate       `json:"fate"`
	Photo bool       `json:"photo,omitempty"` // a photo of each unit is wanted
	Place LocationID `json:"place,omitempty"` // where such goods go, "" where they belong
}

// defaultGrades are the rules of a warehouse that has made none.
var defaultGrades = []GradeRule{{Grade: "A", Fate: FateRestock}, {Grade: "B", Fate: FateHold}, {Grade: "C", Fate: FateScrap}}

func (p *ReturnPolicy) rules() []GradeRule {
	if len(p.Grades) == 0 {
		return defaultGrades
	}
	return p.Grades
}

// Grade returns the rule of a grade; ok is false where the warehouse does not use it.
func (p *ReturnPolicy) Grade(g Grade) (r GradeRule, ok bool) {
	rules := p.rules()
	i := slices.IndexFunc(rules, func(r GradeRule) bool { return r.Grade == g })
	if i < 0 {
		return r, false
	}
	return rules[i], true
}

// check says what is wrong with the rules of returns.
func (p *ReturnPolicy) check() string {
	for i, r := range p.Grades {
		switch {
		case !slices.Contains([]Grade{"A", "B", "C"}, r.Grade):
			return "a grade of returned goods is A, B or C"
		case !slices.Contains([]Fate{FateRestock, FateHold, FateScrap}, r.Fate):
			return "the fate of grade " + string(r.Grade) + " is restock, hold or scrap"
		case slices.ContainsFunc(p.Grades[:i], func(o GradeRule) bool { return o.Grade == r.Grade }):
			return "grade " + string(r.Grade) + " stands twice"
		}
	}
	return ""
}

// Letters returns the grades that the warehouse uses, in its own order.
func (p *ReturnPolicy) Letters() (all []Grade) {
	for _, r := range p.rules() {
		all = append(all, r.Grade)
	}
	return all
}

// letters is Letters as a message names them.
func (p *ReturnPolicy) letters() string {
	var s strings.Builder
	for i, g := range p.Letters() {
		if i > 0 {
			s.WriteString(" / ")
		}
		s.WriteString(string(g))
	}
	return s.String()
}

// PhotosOf returns how many photos the goods of a line want: one for each unit of a grade
// that is photographed.
func (p *ReturnPolicy) PhotosOf(l *TaskLine) (n int) {
	for _, j := range l.Goods {
		if rule, ok := p.Grade(j.Grade); ok && rule.Photo {
			n += j.Qty
		}
	}
	return n
}

// wantsPhoto returns the line whose goods are photographed next, the one at hand first, or
// nil.
func (p *ReturnPolicy) wantsPhoto(k *Task, b *TaskBench) *TaskLine {
	lacks := func(l *TaskLine) bool { return p.PhotosOf(l) > len(l.Photos) }
	if l := k.Line(b.Line); l != nil && lacks(l) {
		return l
	}
	for i := range k.Lines {
		if l := &k.Lines[i]; lacks(l) {
			return l
		}
	}
	return nil
}

// photographed says whether a picture is noted already: it shows one unit.
func (t *Task) photographed(ref string) bool {
	return slices.ContainsFunc(t.Lines, func(l TaskLine) bool { return slices.Contains(l.Photos, ref) })
}
