package order

// Lines of work that passes on: batches, lots, loads, zones, other goods and who let them.
const (
	MsgBatchTaken      MsgCode = "batch_taken"        // Who works on the N orders together of which Ref is one
	MsgAskBatchOver    MsgCode = "ask_batch_over"     // Who takes the N orders over
	MsgWorkGone        MsgCode = "work_gone"          // Ref: the centre has taken it away
	MsgLotPicked       MsgCode = "lot_picked"         // Lot of Name was reserved and picked for Ref
	DoTakeLot          MsgCode = "do_take_lot"        // Lot of Name
	MsgSerialElsewhere MsgCode = "serial_elsewhere"   // Serial of Name is in Ref, or left with it
	MsgLoadClosed      MsgCode = "load_closed"        // N parcels handed over, Need stay; AgeS orders half, the first of them Ref
	DoCloseLoad        MsgCode = "do_close_load"      // all parcels of carrier Name are gone: LIST, or SHIP for the next
	MsgOtherLoad       MsgCode = "other_load"         // Waybill is of carrier Name, another than the load's
	DoEndLoad          MsgCode = "do_end_load"        // put it aside; SHIP or LIST ends the load of Name
	MsgMustNotStand    MsgCode = "must_not_stand"     // tote Code of carrier Name, class Reason, at Location
	MsgWeighFirst      MsgCode = "weigh_first"        // box Need with label Waybill was not weighed
	MsgEnclosed        MsgCode = "enclosed"           // Name lies in box Need
	MsgNotEnclosed     MsgCode = "not_enclosed"       // Name is not in box Need yet
	DoEnclose          MsgCode = "do_enclose"         // Name into box Need, scan its code
	DoLeadHeld         MsgCode = "do_lead_held"       // Ref: the centre lifts what it holds
	DoWeighFirst       MsgCode = "do_weigh_first"     // box Need onto the scale, or a lead
	MsgBackPiece       MsgCode = "back_piece"         // N of Need units of Name that go back
	MsgBackThere       MsgCode = "back_there"         // N of Need units of Name lie at Location again
	MsgBackScan        MsgCode = "back_scan"          // a place alone: N units that go back to Location were not scanned
	MsgBackTooMany     MsgCode = "back_too_many"      // more than Ref gives back
	MsgBackUnseen      MsgCode = "back_unseen"        // done for Ref, N units, the first of Name, were not scanned
	MsgSeveralHere     MsgCode = "several_here"       // N kinds of goods, or lots of them, at Location
	MsgLoading         MsgCode = "loading"            // the load of carrier Name begins, N parcels wait
	MsgAskReason       MsgCode = "ask_reason"         // why Reason is let pass, N reasons are listed
	DoReason           MsgCode = "do_reason"          // choose one of N
	MsgAskSkip         MsgCode = "ask_skip"           // why Name at Location is put behind
	MsgAskSubst        MsgCode = "ask_subst"          // may other goods go out for N units of Name?
	MsgSubstCustoms    MsgCode = "subst_customs"      // Ref is declared to customs
	MsgScanSubst       MsgCode = "scan_subst"         // instead of N units of Name
	DoScanSubst        MsgCode = "do_scan_subst"      //
	MsgSubstSame       MsgCode = "subst_same"         // Name: the goods that are missing
	MsgSubstCold       MsgCode = "subst_cold"         // Name is of another temperature class, Reason
	MsgSubstituted     MsgCode = "substituted"        // N units of Name go out instead
	MsgZoneDone        MsgCode = "zone_done"          // Ref: N of Need; the rest is in zone Location
	DoPassOn           MsgCode = "do_pass_on"         // scan tote Code of Ref, it goes to zone Location
	MsgPassed          MsgCode = "passed"             // Ref in tote Code goes to zone Location, N of Need
	DoBringZone        MsgCode = "do_bring_zone"      // tote Code to zone Location
	MsgOtherZone       MsgCode = "other_zone"         // Ref goes on in zone Location
	MsgZoneLater       MsgCode = "zone_later"         // Name at Location is picked in zone Ref
	MsgBoxEmptiedPaper MsgCode = "box_emptied_paper"  // N units out of box Need, whose waybill Waybill is printed
	MsgNotOfBench      MsgCode = "not_of_bench"       // Waybill: another bench's, or nobody's
	DoScanSoon         MsgCode = "do_scan_soon"       // the centre is asked
	DoOtherBench       MsgCode = "do_other_bench"     // the same, and it cannot answer now
	DoHandOverThere    MsgCode = "do_hand_over_there" //
	MsgTaskReleased    MsgCode = "task_released"      // Ref, Reason the kind
	DoFinishAll        MsgCode = "do_finish_all"      // finish or release N orders of a batch
	DoFinishTask       MsgCode = "do_finish_task"     // finish or release Ref, Reason the kind
	DoQueueFirst       MsgCode = "do_queue_first"     // back to the queue, other work is got there
	DoScanSingle       MsgCode = "do_scan_single"     // Name at Location: each scan opens an order of a wave
	MsgToteReserved    MsgCode = "tote_reserved"      // tote Code is that of Ref, Reason its kind
	DoToTasks          MsgCode = "do_to_tasks"        // TASKS, then scan it
	DoRolesBadge       MsgCode = "do_roles_badge"     // of somebody with the role Reason, or a lead
	MsgUndoGoneBack    MsgCode = "undo_gone_back"     // what was counted before was put back to its place
	MsgNeedPack        MsgCode = "need_pack"          // Name lies at Location in N packs, the first of them Code
	DoScanPack         MsgCode = "do_scan_pack"       // Code, or another of N; the same scan again: a loose unit
	MsgPackTwice       MsgCode = "pack_twice"         // Code of Name was counted before
	MsgOtherPack       MsgCode = "other_pack"         // Code with Name is for Ref
	MsgPackOpened      MsgCode = "pack_opened"        // N of the Need units of Name in pack Code are wanted
	MsgLotOfSeveral    MsgCode = "lot_of_several"     // several goods of the order carry Lot, a lot or serial
)

// flowMessages lists the codes of this file.
func flowMessages() []MsgCode {
	return []MsgCode{MsgBatchTaken, MsgAskBatchOver, MsgWorkGone,
		MsgLotPicked, DoTakeLot, MsgSerialElsewhere, MsgLoadClosed, DoCloseLoad, MsgOtherLoad, DoEndLoad, MsgBackPiece, MsgBackThere, MsgBackScan, MsgBackTooMany, MsgBackUnseen, MsgSeveralHere, MsgWeighFirst, DoWeighFirst, DoLeadHeld, MsgEnclosed, MsgNotEnclosed, DoEnclose, MsgMustNotStand, MsgLoading,
		MsgAskReason, DoReason, MsgAskSkip, MsgAskSubst, MsgSubstCustoms, MsgScanSubst, DoScanSubst, MsgSubstSame, MsgSubstCold, MsgSubstituted,
		MsgZoneDone, DoPassOn, MsgPassed, DoBringZone, MsgOtherZone, MsgZoneLater, MsgBoxEmptiedPaper,
		MsgNotOfBench, DoScanSoon, DoOtherBench, DoHandOverThere, MsgTaskReleased, DoScanSingle, MsgToteReserved, DoToTasks, MsgUndoGoneBack, DoRolesBadge, MsgNeedPack, DoScanPack, MsgPackTwice, MsgOtherPack, MsgPackOpened, MsgLotOfSeveral, DoFinishAll, DoFinishTask, DoQueueFirst}
}

// Parcels that buyers fetch, and goods out of the cold.
const (
	MsgPickupCode   MsgCode = "pickup_code"    // Ref, N parcels
	MsgPickupFirst  MsgCode = "pickup_first"   // Ref, Waybill
	MsgFetched      MsgCode = "fetched"        // Ref
	MsgFetchedOne   MsgCode = "fetched_one"    // Waybill, N left
	MsgFetchedYet   MsgCode = "fetched_yet"    // Ref, Date and At, Who, Code another bench
	MsgPickupAsked  MsgCode = "pickup_asked"   // Ref, N parcels, Code the bench that has them
	MsgPickupComing MsgCode = "pickup_coming"  // the centre has not given them yet
	MsgPickupThere  MsgCode = "pickup_there"   // Ref, N, Code; the centre cannot be asked
	MsgPickupOther  MsgCode = "pickup_other"   // Ref
	MsgTooWarm      MsgCode = "too_warm_goods" // Ref, Reason the class, AgeS out of the cold
	MsgStockTooWarm MsgCode = "stock_too_warm" // Name in the hand, Reason its class, AgeS out of the cold
	MsgWarmPlace    MsgCode = "warm_place"     // N Name of class Reason, Location is warmer
	MsgChilled      MsgCode = "chilled_now"    // Ref, Waybill
	MsgNothingCold  MsgCode = "nothing_cold"   // Ref, Waybill: nothing of it is out of the cold
	MsgIntoCold     MsgCode = "into_cold"      //
	MsgCooled       MsgCode = "cooled"         // N Name in box Need
	MsgNoCoolant    MsgCode = "no_coolant"     // N Name are missing in box Need
	MsgAlertWarming MsgCode = "alert_warming"  // Ref: goods of class Reason are out for AgeS, N minutes left
	MsgAlertTooWarm MsgCode = "alert_too_warm" // Ref: goods of class Reason are out for AgeS
)
