package order

// refuseSplit refuses to close a box while goods are left, where customs want the whole
// order in one: duty-free goods and bonded imports (see [CustomsMode.Whole]).
func (t *turn) refuseSplit(no int) bool {
	if !t.s.Customs.Whole() {
		return false
	}
	need, _, short := t.s.Units()
	left := need - short - t.s.UnitsIn(no)
	if left <= 0 {
		return false
	}
	a := Args{Ref: t.s.Ref(), N: left, Need: no}
	t.say(Blocked, msg(MsgOneBox, a), msg(DoOtherBox, a))
	return true
}
