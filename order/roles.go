package order

import "slices"

// roleAt is the role whose work a screen is.
func roleAt(at Screen) Role {
	switch at {
	case ScreenPick, ScreenBatch, ScreenWall, ScreenDrop:
		return RolePicker
	case ScreenReturn:
		return RoleReturns
	case ScreenStock:
		return RoleCount
	}
	return RolePacker
}

// may says whether the person at the bench has the role, where the warehouse keeps the
// roles apart; a lead has all.
func (t *turn) may(r Role) bool { return t.takes(t.b.Roles, r) }

func (t *turn) takes(has []Role, r Role) bool {
	return !t.env.Policy.StrictRoles || slices.Contains(has, r) || slices.Contains(has, RoleLead)
}

// refuseRole refuses work at a step that the person's role does not take, and says whose
// badge it takes.
func (t *turn) refuseRole(at Screen) bool {
	r := roleAt(at)
	if t.may(r) {
		return false
	}
	a := Args{Who: t.b.OperatorName, Reason: string(r)}
	t.say(Blocked, msg(MsgNotYourRole, a), msg(DoRolesBadge, a))
	return true
}

// refuseHeir keeps the work on the bench from somebody whose role does not take it.
func (t *turn) refuseHeir(op *Operator) bool {
	r := roleAt(t.b.Screen)
	if t.takes(op.Roles, r) || t.s == nil && t.b.Batch == nil && t.b.Task.ID == "" {
		return false
	}
	t.say(Blocked, msg(MsgNotYourRole, Args{Who: op.Name, Reason: string(r)}), t.finishFirst())
	return true
}

// home is the list from which the person at the bench takes their work.
func (t *turn) home() Screen {
	if !t.may(RolePicker) && !t.may(RolePacker) && (t.may(RoleReturns) || t.may(RoleCount)) {
		return ScreenTasks
	}
	return ScreenQueue
}
