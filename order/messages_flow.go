package order

// Lines of batches that change hands.
const (
	MsgBatchTaken   MsgCode = "batch_taken"    // Who works on the N orders together of which Ref is one
	MsgAskBatchOver MsgCode = "ask_batch_over" // Who takes the N orders over
	MsgWorkGone     MsgCode = "work_gone"      // Ref: the centre has taken it away
	MsgLotPicked    MsgCode = "lot_picked"     // Lot of Name was reserved and picked for Ref
	DoTakeLot       MsgCode = "do_take_lot"    // Lot of Name
	MsgLoadClosed   MsgCode = "load_closed"    // N parcels handed over, Need stay; AgeS orders half, the first of them Ref
	DoCloseLoad     MsgCode = "do_close_load"  // all parcels of carrier Name are gone: LIST
)

// flowMessages lists the codes of this file.
func flowMessages() []MsgCode {
	return []MsgCode{MsgBatchTaken, MsgAskBatchOver, MsgWorkGone,
		MsgLotPicked, DoTakeLot, MsgLoadClosed, DoCloseLoad}
}
