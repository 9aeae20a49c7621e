package order

import "slices"

// CheckWork says what is wrong with what a policy says of boxes, batches, roles and
// weights, so that a slip of the pen is found at the centre and not at a bench.
func (p *Policy) CheckWork() error {
	bad := func(format string, args ...any) error {
		return Errorf("bad_policy", format, args...).WithHint("correct the policy and set it again")
	}
	if p.BatchSize < 0 || p.BatchSize > maxBatch || p.WallSlots < 0 || p.WallSlots > maxBatch || p.Weigh.TolG < 0 {
		return bad("batch_size and wall_slots are 0 to %d, tol_g is not negative", maxBatch)
	}
	codes, keys := map[string]bool{}, map[string]bool{}
	for _, k := range p.Packagings {
		switch {
		case k.Code == "" || len(k.Code) > maxTote || !plainCode(k.Code):
			return bad("packaging code %.40q is not short and plain", k.Code)
		case codes[k.Code] || k.Key != "" && keys[k.Key]:
			return bad("packaging %s or its barcode stands twice", k.Code)
		case k.Key != CodeKey(k.Key):
			return bad("the barcode of packaging %s is %q as a key", k.Code, CodeKey(k.Key))
		case k.TareG < 0 || k.MaxG < 0:
			return bad("packaging %s has a negative weight", k.Code)
		}
		codes[k.Code], keys[k.Key] = true, true
	}
	for _, d := range p.Drops {
		if d.Place == "" || d.Temp != Ambient && !d.Temp.Cold() {
			return bad("a drop needs a place, and a temperature class that is known")
		}
	}
	if why := p.checkCold(); why != "" {
		return bad("%s", why)
	}
	if why := p.checkInserts(); why != "" {
		return bad("%s", why)
	}
	if why := p.Returns.check(); why != "" {
		return bad("%s", why)
	}
	for i := range p.Shadow {
		if why := p.Shadow[i].check(); why != "" {
			return bad("%s", why)
		}
	}
	if why := checkShifts(p.Shifts); why != "" {
		return bad("%s", why)
	}
	known := []Role{RolePicker, RolePacker, RoleLead, RoleReturns, RoleCount}
	for _, r := range p.PINRoles {
		if !slices.Contains(known, r) {
			return bad("role %.40q of pin_roles is not known", r)
		}
	}
	if slices.Contains(p.PlaceConfirms, "") {
		return bad("place_confirms names zones, or * for all of them")
	}
	if slices.Contains(p.Totes, "") {
		return bad("the codes of totes begin with something")
	}
	return p.checkReasons()
}

// takes says whether a rule's list of carriers has one; an empty list has all.
func takes(list []CarrierID, id CarrierID) bool { return len(list) == 0 || slices.Contains(list, id) }
