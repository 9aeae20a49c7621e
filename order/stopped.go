package order

import "slices"

// WhyStopped says why nothing more is done on a shipment with such holds, and what to do with
// it; ok is false where work goes on.
func WhyStopped(ref string, cancelled bool, holds []Hold) (what, do Message, ok bool) {
	a := Args{Ref: ref}
	if cancelled {
		return msg(MsgCancelled, a), msg(DoSetAside, Args{}), true
	}
	i := slices.IndexFunc(holds, func(h Hold) bool { return h.Stops })
	if i < 0 {
		return Message{}, Message{}, false
	}
	a.Reason = string(holds[i].Code)
	if holds[i].Code == ToVerify && holds[i].Note != "" { // what the centre could not book
		a.Reason = holds[i].Note
	}
	return msg(MsgHeld, a), msg(DoCallLead, Args{}), true
}
