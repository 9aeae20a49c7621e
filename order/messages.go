package order

// "What" lines: what the scan was.
const (
	MsgUnitPicked      MsgCode = "unit_picked"        // Name, N picked of Need
	MsgLineDone        MsgCode = "line_done"          // Name, Need
	MsgOrderPicked     MsgCode = "order_picked"       // Ref, N units
	MsgUnitPacked      MsgCode = "unit_packed"        // Name, N verified of Need
	MsgOrderPacked     MsgCode = "order_packed"       // Ref
	MsgAllCounted      MsgCode = "all_counted"        // Name, Need: the line is complete already
	MsgTooMany         MsgCode = "too_many"           // Name, N units of this code, Need still open
	MsgLocation        MsgCode = "location_right"     // Location
	MsgLocationWrong   MsgCode = "location_wrong"     // Location scanned
	MsgOpened          MsgCode = "opened"             // Ref, Need units
	MsgOpenAlready     MsgCode = "open_already"       // Ref
	MsgResumed         MsgCode = "resumed"            // Ref, N of Need
	MsgTakenOver       MsgCode = "taken_over"         // Ref
	MsgUnknownCode     MsgCode = "unknown_code"       // Code
	MsgUnknownBadge    MsgCode = "unknown_badge"      //
	MsgBadgeInvalid    MsgCode = "badge_invalid"      // Who
	MsgNotABadge       MsgCode = "not_a_badge"        // Code
	MsgSignedIn        MsgCode = "signed_in"          // Who
	MsgSignedInYet     MsgCode = "signed_in_yet"      // Who
	MsgSignedOut       MsgCode = "signed_out"         // Who
	MsgNotInOrder      MsgCode = "not_in_order"       // Name, SKU: known goods, nobody wants them now
	MsgForOther        MsgCode = "for_other"          // Name, Ref, Location
	MsgIsOther         MsgCode = "is_other"           // Ref: the code of another order
	MsgSeveral         MsgCode = "several"            // N orders want this
	MsgBelongsTo       MsgCode = "belongs_to"         // Ref, Who
	MsgCancelled       MsgCode = "cancelled"          // Ref
	MsgHeld            MsgCode = "held"               // Ref, Reason
	MsgNoLease         MsgCode = "no_lease"           // Ref
	MsgNotAllowed      MsgCode = "not_allowed"        // Ref, Name of its state: the flow has no such step there
	MsgFinished        MsgCode = "finished"           // Ref
	MsgExpired         MsgCode = "expired"            // Name, Date
	MsgShortLife       MsgCode = "short_life"         // Name, Date, N days wanted
	MsgNeedLot         MsgCode = "need_lot"           // Name
	MsgNeedExpiry      MsgCode = "need_expiry"        // Name
	MsgNeedSerial      MsgCode = "need_serial"        // Name
	MsgNeedLocation    MsgCode = "need_location"      // Location
	MsgOtherLot        MsgCode = "other_lot"          // Name, Lot scanned
	MsgSerialTwice     MsgCode = "serial_twice"       // Name, Serial
	MsgUndone          MsgCode = "undone"             // Name, N of Need
	MsgNothingToUndo   MsgCode = "nothing_to_undo"    //
	MsgAskShort        MsgCode = "ask_short"          // Name, N of Need, Reason
	MsgShorted         MsgCode = "shorted"            // Name, N of Need, Reason
	MsgAskShortAll     MsgCode = "ask_short_all"      // Name at Location, N lines want Need units of it, Reason
	MsgShortedAll      MsgCode = "shorted_all"        // the same
	MsgAllShort        MsgCode = "all_short"          // Ref: nothing of it could be picked
	MsgSkippedLine     MsgCode = "skipped_line"       // Name
	MsgNothingToSkip   MsgCode = "nothing_to_skip"    //
	MsgNotNow          MsgCode = "not_now"            // Code: the command has no meaning here
	MsgUnknownCommand  MsgCode = "unknown_command"    // Code
	MsgRole            MsgCode = "role"               // Code: the role that this scanner has
	MsgRoleOther       MsgCode = "role_other"         // Code: the role scanned, Ref: this scanner's
	MsgNoQuestion      MsgCode = "no_question"        //
	MsgOlder           MsgCode = "older"              // Name, SKU, Date of the oldest, Location
	MsgNeedWeight      MsgCode = "need_weight"        // Name, SKU: each unit is weighed
	MsgAskQty          MsgCode = "ask_qty"            // Name, SKU, N units of the scan, Need still open
	MsgNoQty           MsgCode = "no_qty"             // a number, and nothing to count was scanned
	MsgBadQty          MsgCode = "bad_qty"            // Need
	MsgDropped         MsgCode = "dropped"            // the question was answered no
	MsgYesByScan       MsgCode = "yes_by_scan"        // YES counts only from the bench card
	MsgAskSignOut      MsgCode = "ask_sign_out"       // Ref
	MsgAskSignOutAll   MsgCode = "ask_sign_out_all"   // N orders of a batch
	MsgAskHandOver     MsgCode = "ask_hand_over"      // Who signs in instead
	MsgPrinting        MsgCode = "printing"           // Waybill, N print number
	MsgAskReprint      MsgCode = "ask_reprint"        // Waybill, N next number
	MsgPrintGate       MsgCode = "print_gate"         // AgeS since the centre's last word
	MsgDispatchGate    MsgCode = "dispatch_gate"      // AgeS
	MsgNoWaybill       MsgCode = "no_waybill"         // Ref
	MsgPaperVoid       MsgCode = "paper_void"         // Waybill, Reason
	MsgNotPrinted      MsgCode = "not_printed"        // Waybill
	MsgMayBeOut        MsgCode = "may_be_out"         // Waybill, N next number: nobody knows whether it came out
	MsgPaperMissing    MsgCode = "paper_missing"      // Waybill, Reason: the paper
	MsgRetryParked     MsgCode = "retry_parked"       // N prints
	MsgManifested      MsgCode = "manifested"         // N parcels of Need carriers
	MsgAskLists        MsgCode = "ask_lists"          // Code of the first list, N next print, Need lists
	MsgNoManifest      MsgCode = "no_manifest"        // nothing was handed over since the last list
	MsgLabelled        MsgCode = "labelled"           // Waybill
	MsgPackedAll       MsgCode = "packed_all"         // Ref
	MsgLabelledYet     MsgCode = "labelled_yet"       // Waybill
	MsgWrongLabel      MsgCode = "wrong_label"        // Waybill scanned
	MsgWantLabel       MsgCode = "want_label"         // Name: N are in boxes; one too many goes back to Location, the waybill is wanted
	MsgDispatched      MsgCode = "dispatched"         // Waybill, N left
	MsgDispatchedYet   MsgCode = "dispatched_yet"     // Waybill
	MsgNotPacked       MsgCode = "not_packed"         // Waybill
	MsgNotParcel       MsgCode = "not_a_parcel"       // Code
	MsgInQueue         MsgCode = "in_queue"           //
	MsgInDispatch      MsgCode = "in_dispatch"        // N parcels wait
	MsgReleased        MsgCode = "released"           // Ref
	MsgHeldNow         MsgCode = "held_now"           // Ref
	MsgCalled          MsgCode = "called"             //
	MsgLanguage        MsgCode = "language"           //
	MsgOverridden      MsgCode = "overridden"         // Who
	MsgNotLead         MsgCode = "not_lead"           // Who
	MsgInstruction     MsgCode = "instruction"        // Ref, N lines
	MsgInstructed      MsgCode = "instruction_done"   // Ref
	MsgNotSaved        MsgCode = "not_saved"          // N scans, 0 not known
	MsgNoise           MsgCode = "noise"              // N bytes that are no scan
	MsgMaybeTwice      MsgCode = "maybe_twice"        // Code: perhaps stored before the restart
	MsgWeighed         MsgCode = "weighed"            // N grams
	MsgUnstable        MsgCode = "unstable"           // N grams, moving or nothing on the scale
	MsgNoParcelToWeigh MsgCode = "no_parcel_to_weigh" // N grams
	MsgBoxClosed       MsgCode = "box_closed"         // N units in box Need, Code its kind
	MsgBoxKind         MsgCode = "box_kind"           // box Need is of kind Code
	MsgBoxEmpty        MsgCode = "box_empty"          // nothing lies in box Need
	MsgNothingToBox    MsgCode = "nothing_to_box"     // all goods lie in boxes
	MsgNoSuchBox       MsgCode = "no_such_box"        // Code
	MsgBoxUnfit        MsgCode = "box_unfit"          // Code, Name of the carrier that does not take it
	MsgOneBox          MsgCode = "one_box"            // Ref: customs want the whole order in one box, N units are not in it
	MsgBoxTooHeavy     MsgCode = "box_too_heavy"      // Code, N grams in it, Need at most
	MsgBoxTurned       MsgCode = "box_turned"         // box Need takes what follows
	MsgAskUnbox        MsgCode = "ask_unbox"          // box Need with N units
	MsgBoxEmptied      MsgCode = "box_emptied"        // N units out of box Need
	MsgBatch           MsgCode = "batch"              // N orders, Need units
	MsgNoWork          MsgCode = "no_work"            //
	MsgBatchPicked     MsgCode = "batch_picked"       // N orders
	MsgBatchFreed      MsgCode = "batch_freed"        // N orders
	MsgBatchChanged    MsgCode = "batch_changed"      // the centre took the work at hand away
	MsgInHand          MsgCode = "in_hand"            // N of Need in the hand, Name
	MsgLaidBack        MsgCode = "laid_back"          // N, Name
	MsgHandEmpty       MsgCode = "hand_empty"         // Code of a tote
	MsgHandFull        MsgCode = "hand_full"          //
	MsgPut             MsgCode = "put"                // N of Need of Name in tote Code, order Ref
	MsgSlotDone        MsgCode = "slot_done"          // Code holds all of order Ref
	MsgSlotOpen        MsgCode = "slot_open"          // Code lacks N units of order Ref
	MsgToteTaken       MsgCode = "tote_taken"         // Code holds order Ref
	MsgToteWrong       MsgCode = "tote_wrong"         // Code is not the tote of order Ref
	MsgToteOther       MsgCode = "tote_other"         // Code is not the tote that was asked for
	MsgToteRight       MsgCode = "tote_right"         // Code
	MsgNoTote          MsgCode = "no_tote"            // Code
	MsgLaterInBatch    MsgCode = "later_in_batch"     // Name at Location, order Ref
	MsgWaveFull        MsgCode = "wave_full"          // no order of the wave lacks Code any more
	MsgOtherPlace      MsgCode = "other_place"        // Location is not where tote Code is expected
	MsgDroppedAt       MsgCode = "dropped_at"         // tote Code at Location
	MsgAskPIN          MsgCode = "ask_pin"            // Who
	MsgWrongPIN        MsgCode = "wrong_pin"          // Who, N tries left
	MsgNoPIN           MsgCode = "no_pin"             // Who has none and needs one
	MsgPINWait         MsgCode = "pin_wait"           // too many wrong ones, AgeS to wait
	MsgNotYourRole     MsgCode = "not_your_role"      // Who, Reason the role it takes
	MsgCalledYet       MsgCode = "called_yet"         // AgeS since the call
	MsgLeadCame        MsgCode = "lead_came"          // Who
	MsgWeightOff       MsgCode = "weight_off"         // N grams off; Reason, Need units of Name
	MsgOneTooMany      MsgCode = "one_too_many"       // N units of Name more than the box should hold
	MsgRechecked       MsgCode = "rechecked"          // N of Need of Name
	MsgCheckedYet      MsgCode = "checked_yet"        // Name: one scan was enough
	MsgKitFirst        MsgCode = "kit_first"          // Name of kit Code is missing before the next kit
	MsgAskZero         MsgCode = "ask_zero"           // is Location empty now?
	MsgZero            MsgCode = "zero"               // Location is empty
	MsgCountTask       MsgCode = "count_task"         // Name at Location is to be counted
	MsgAskUnhold       MsgCode = "ask_unhold"         // Ref, Reason: a lead may let it go on
	MsgUnheld          MsgCode = "unheld"             // Ref
	MsgChecking        MsgCode = "checking"           // the log is being verified
	MsgPrintDone       MsgCode = "print_done"         // Waybill
	MsgPrintTrouble    MsgCode = "print_trouble"      // Waybill, Reason
	MsgPaperTrouble    MsgCode = "paper_trouble"      // Code of the paper, Waybill or number, Reason
	MsgWorkChanged     MsgCode = "work_changed"       // Ref: the centre changed the open work
	MsgInTasks         MsgCode = "in_tasks"           //
	MsgSeveralTasks    MsgCode = "several_tasks"      // N tasks fit
	MsgTaskOpened      MsgCode = "task_opened"        // Ref, Reason the kind
	MsgTaskOver        MsgCode = "task_over"          // Ref, Reason the kind
	MsgTaskTaken       MsgCode = "task_taken"         // Ref, Who
	MsgTaskHere        MsgCode = "task_here"          // Ref
	MsgOtherTask       MsgCode = "other_task"         // Ref, Reason the kind
	MsgTaskDone        MsgCode = "task_done"          // Ref
	MsgNoTaskFor       MsgCode = "no_task_for"        // Name, SKU
	MsgNeverShipped    MsgCode = "never_shipped"      // Ref: nothing of it has left
	MsgReturnNotAgreed MsgCode = "return_not_agreed"  // Ref
	MsgReturnedUnit    MsgCode = "returned_unit"      // Name, N of Need
	MsgReturnedAll     MsgCode = "returned_all"       // Name, Need: all that were sent
	MsgReturnTooMany   MsgCode = "return_too_many"    // Name, N units of this code, Need left
	MsgNotOfReturn     MsgCode = "not_of_return"      // Name, Ref
	MsgGraded          MsgCode = "graded"             // N units of Name: grade Code, Reason its fate
	MsgNoGrade         MsgCode = "no_grade"           // Code, Ref: the grades there are
	MsgNothingToGrade  MsgCode = "nothing_to_grade"   //
	MsgGradeFirst      MsgCode = "grade_first"        // Code: the grades there are
	MsgUngraded        MsgCode = "ungraded"           // N units of Name
	MsgPhoto           MsgCode = "photo"              // Name, Code
	MsgNoPhoto         MsgCode = "no_photo"           // Name, N of Need
	MsgPhotoTwice      MsgCode = "photo_twice"        // Name, Code
	MsgPhotoOfWhat     MsgCode = "photo_of_what"      //
	MsgNothingReturned MsgCode = "nothing_returned"   // Ref
	MsgReturnClosed    MsgCode = "return_closed"      // Ref, N units
	MsgReturnDiffers   MsgCode = "return_differs"     // Ref, N of Need announced
	MsgMoved           MsgCode = "moved"              // N Name to Location, Need more are to go there
	MsgPutElsewhere    MsgCode = "put_elsewhere"      // N Name, Location is not the one
	MsgNotOfTask       MsgCode = "not_of_task"        // Name
	MsgCountedSoFar    MsgCode = "counted_so_far"     // N Name
	MsgCountDiffers    MsgCode = "count_differs"      // N Name at Location
	MsgCounted         MsgCode = "counted"            // N Name at Location
)

// Panels over the work, and what is wrong with the bench.
const (
	MsgPanel       MsgCode = "panel"        // Reason: what the screen shows over the work
	MsgPanelClosed MsgCode = "panel_closed" //
	DoPanel        MsgCode = "do_panel"     // any scan goes on with the work
	MsgLeadOnly    MsgCode = "lead_only"    // the lead's view, for somebody who is none
	DoLeadOnly     MsgCode = "do_lead_only" //

	MsgAlertNotSaved    MsgCode = "alert_not_saved"    //
	MsgAlertUnsaved     MsgCode = "alert_unsaved"      // N scans
	MsgAlertDamaged     MsgCode = "alert_damaged"      // Reason
	MsgAlertChecking    MsgCode = "alert_checking"     //
	MsgAlertDiskFull    MsgCode = "alert_disk_full"    // N megabytes left
	MsgAlertDiskLow     MsgCode = "alert_disk_low"     // N megabytes left
	MsgAlertNoScanner   MsgCode = "alert_no_scanner"   //
	MsgAlertDevice      MsgCode = "alert_device"       // Code of the device, Reason its status
	MsgAlertNoReads     MsgCode = "alert_no_reads"     // Code, N percent of its triggers
	MsgAlertNoise       MsgCode = "alert_noise"        // Code, N percent of its messages
	MsgAlertScale       MsgCode = "alert_scale"        // Code, Reason
	MsgAlertCold        MsgCode = "alert_cold"         // Code of the place, Reason, Ref the worst temperature
	MsgAlertPrinter     MsgCode = "alert_printer"      // Reason
	MsgAlertParked      MsgCode = "alert_parked"       // N prints
	MsgAlertClock       MsgCode = "alert_clock"        // AgeS it is off
	MsgAlertFuture      MsgCode = "alert_future"       // AgeS the last event lies after the clock
	MsgAlertCertExpired MsgCode = "alert_cert_expired" //
	MsgAlertCertEnding  MsgCode = "alert_cert_ending"  // Date
	MsgAlertCentre      MsgCode = "alert_centre"       // Reason
	MsgAlertBacklog     MsgCode = "alert_backlog"      // N events, AgeS the oldest
	MsgAlertDiffers     MsgCode = "alert_differs"      //
	MsgAlertCopy        MsgCode = "alert_copy"         // Reason

	DoAlertNotSaved    MsgCode = "do_alert_not_saved"    //
	DoAlertUnsaved     MsgCode = "do_alert_unsaved"      //
	DoAlertDamaged     MsgCode = "do_alert_damaged"      //
	DoAlertChecking    MsgCode = "do_alert_checking"     //
	DoAlertDiskFull    MsgCode = "do_alert_disk_full"    //
	DoAlertDiskLow     MsgCode = "do_alert_disk_low"     //
	DoAlertNoScanner   MsgCode = "do_alert_no_scanner"   //
	DoPlugIn           MsgCode = "do_plug_in"            //
	DoPermitDevice     MsgCode = "do_permit_device"      //
	DoFreeDevice       MsgCode = "do_free_device"        //
	DoReplug           MsgCode = "do_replug"             //
	DoAlertNoReads     MsgCode = "do_alert_no_reads"     //
	DoAlertNoise       MsgCode = "do_alert_noise"        //
	DoAlertScale       MsgCode = "do_alert_scale"        //
	DoCloseDoor        MsgCode = "do_close_door"         //
	DoCheckCooling     MsgCode = "do_check_cooling"      //
	DoReadThermometer  MsgCode = "do_read_thermometer"   //
	DoAlertPrinter     MsgCode = "do_alert_printer"      // Reason
	DoAlertParked      MsgCode = "do_alert_parked"       //
	DoAlertClock       MsgCode = "do_alert_clock"        //
	DoAlertFuture      MsgCode = "do_alert_future"       //
	DoAlertCertExpired MsgCode = "do_alert_cert_expired" //
	DoAlertCertEnding  MsgCode = "do_alert_cert_ending"  //
	DoAlertCentre      MsgCode = "do_alert_centre"       //
	DoAlertBacklog     MsgCode = "do_alert_backlog"      //
	DoAlertBacklogOld  MsgCode = "do_alert_backlog_old"  //
	DoAlertDiffers     MsgCode = "do_alert_differs"      //
	DoAlertCopy        MsgCode = "do_alert_copy"         //
	DoAlertCopyFull    MsgCode = "do_alert_copy_full"    //
	DoAlertCopyEarlier MsgCode = "do_alert_copy_earlier" //
)

// "Do" lines: the next step.
const (
	DoNothing      MsgCode = "do_nothing"        // go on
	DoScanBadge    MsgCode = "do_scan_badge"     //
	DoScanWork     MsgCode = "do_scan_work"      // scan an order, waybill, tote or item
	DoPickMore     MsgCode = "do_pick_more"      // N more Name
	DoGoTo         MsgCode = "do_go_to"          // Location, N × Name
	DoScanLocation MsgCode = "do_scan_location"  // Location
	DoPackMore     MsgCode = "do_pack_more"      // verify N more
	DoWaitLabel    MsgCode = "do_wait_label"     // stick Waybill on, scan it
	DoPrint        MsgCode = "do_print"          // print the waybill
	DoNextOrder    MsgCode = "do_next_order"     //
	DoPutBack      MsgCode = "do_put_back"       // to Location
	DoPutBackHere  MsgCode = "do_put_back_here"  // where it came from; then Name is wanted
	DoWanted       MsgCode = "do_wanted"         // Name at Location is wanted
	DoNarrower     MsgCode = "do_narrower"       // scan the tote or the order number
	DoScanAgain    MsgCode = "do_scan_again"     // the same scan again means yes
	DoScanYes      MsgCode = "do_scan_yes"       // YES on the bench card
	DoTakeOlder    MsgCode = "do_take_older"     // Date
	DoWeighUnit    MsgCode = "do_weigh_unit"     // its weight label, or the scale
	DoQty          MsgCode = "do_qty"            // a quantity code or digits, YES for all Need
	DoKeepRelease  MsgCode = "do_keep_release"   // KEEP or RELEASE
	DoScanLead     MsgCode = "do_scan_lead"      // a lead's badge
	DoScanLot      MsgCode = "do_scan_lot"       //
	DoScanExpiry   MsgCode = "do_scan_expiry"    //
	DoScanSerial   MsgCode = "do_scan_serial"    //
	DoCallLead     MsgCode = "do_call_lead"      //
	DoSetAside     MsgCode = "do_set_aside"      // put the goods on the exception shelf
	DoFinishFirst  MsgCode = "do_finish_first"   // finish or release Ref
	DoOtherStock   MsgCode = "do_other_stock"    // take fresher stock
	DoReconnect    MsgCode = "do_reconnect"      // let the station reach the centre
	DoReprint      MsgCode = "do_reprint"        // PRINT on the bench card
	DoScanParcel   MsgCode = "do_scan_parcel"    // scan the next parcel
	DoPackFirst    MsgCode = "do_pack_first"     // finish packing it
	DoRestart      MsgCode = "do_restart"        // the station opens its database again; then scan again
	DoScanOnce     MsgCode = "do_scan_once"      // scan again
	DoWait         MsgCode = "do_wait"           //
	DoDismiss      MsgCode = "do_dismiss"        // any other scan goes on as before
	DoConfirmDone  MsgCode = "do_confirm_done"   // when put back, YES on the bench card
	DoCheckPrinter MsgCode = "do_check_printer"  //
	DoAssignRole   MsgCode = "do_assign_role"    // Code
	DoMendPrinter  MsgCode = "do_mend_printer"   // Reason: what the printer needs comes first
	DoSignList     MsgCode = "do_sign_list"      // the driver signs the hand-over list
	DoPutInto      MsgCode = "do_put_into"       // N units into tote Code
	DoPutSlot      MsgCode = "do_put_slot"       // N units into slot Code of a put wall
	DoScanTote     MsgCode = "do_scan_tote"      // Code
	DoPackSlot     MsgCode = "do_pack_slot"      // slot Code is full: scan it to pack; N units of the wave are missing
	DoScanGoods    MsgCode = "do_scan_goods"     // N units of the wave are missing
	DoBringTotes   MsgCode = "do_bring_totes"    //
	DoPIN          MsgCode = "do_pin"            // type or scan the PIN
	DoRecheck      MsgCode = "do_recheck"        // scan N units of Name out of the box again
	DoWeighAgain   MsgCode = "do_weigh_again"    // box Need
	DoLookThrough  MsgCode = "do_look_through"   // box Need
	DoOtherBox     MsgCode = "do_other_box"      // scan another kind of box
	DoScanBox      MsgCode = "do_scan_box"       // the box's waybill, or YES for box Need
	DoWaitNumber   MsgCode = "do_wait_number"    // box Need waits for a number of carrier Name
	DoScanTask     MsgCode = "do_scan_task"      //
	DoNarrowTask   MsgCode = "do_narrow_task"    //
	DoScanReturned MsgCode = "do_scan_returned"  // Ref
	DoToQueue      MsgCode = "do_to_queue"       // Ref is picked and packed from there
	DoScanSingly   MsgCode = "do_scan_singly"    // Need units
	DoGrade        MsgCode = "do_grade"          // Name, Code: the grades there are
	DoCloseReturn  MsgCode = "do_close_return"   // Ref
	DoPhoto        MsgCode = "do_photo"          // Name, N photos
	DoTakeUnits    MsgCode = "do_take_units"     // N Name at Location
	DoBringUnits   MsgCode = "do_bring_units"    // N Name to Location; Need more may be taken first
	DoCountOn      MsgCode = "do_count_on"       // Name, N so far
	DoCountAgain   MsgCode = "do_count_again"    //
	DoFetchParcel  MsgCode = "do_fetch_parcel"   // N, Waybill
	DoScanPickup   MsgCode = "do_scan_pickup"    //
	DoPackThere    MsgCode = "do_pack_there"     // Code the bench that has the order
	DoFetchThere   MsgCode = "do_fetch_there"    // Code the bench that has the parcels; the centre cannot be asked
	DoScanChill    MsgCode = "do_scan_chill"     //
	DoCoolant      MsgCode = "do_coolant"        // N Name into box Need, kind Code
	DoAlertWarming MsgCode = "do_alert_warming"  //
	DoAlertTooWarm MsgCode = "do_alert_too_warm" //
	DoAlertWarmBox MsgCode = "do_alert_warm_box" // of a packed parcel
	DoAlertHotBox  MsgCode = "do_alert_hot_box"  // of a packed parcel that was out for too long
	DoAlertWarmPut MsgCode = "do_alert_warm_put" // of goods that go back to their place
	DoInstruction  MsgCode = "do_instruction"    // the work is stopped, and the centre asks for something: any scan of it says what
	DoPutBackAll   MsgCode = "do_put_back_all"   // N Name to Location, Need more kinds of goods
	DoStop         MsgCode = "do_stop"           // Waybill
	DoTakeOut      MsgCode = "do_take_out"       // Waybill out of the cage of Name
	DoTearOff      MsgCode = "do_tear_off"       // Waybill
)

// MsgCodes lists every message code, so that a test can prove each has its text.
func MsgCodes() []MsgCode {
	return append(flowMessages(), MsgUnitPicked, MsgLineDone, MsgOrderPicked, MsgUnitPacked, MsgOrderPacked, MsgAllCounted,
		MsgTooMany, MsgLocation, MsgLocationWrong, MsgOpened, MsgOpenAlready, MsgResumed, MsgTakenOver,
		MsgUnknownCode, MsgUnknownBadge, MsgBadgeInvalid, MsgNotABadge, MsgSignedIn, MsgSignedInYet,
		MsgSignedOut, MsgNotInOrder, MsgForOther, MsgIsOther, MsgSeveral, MsgBelongsTo, MsgCancelled, MsgHeld,
		MsgNoLease, MsgNotAllowed, MsgFinished, MsgExpired, MsgShortLife, MsgNeedLot, MsgNeedExpiry, MsgNeedSerial,
		MsgNeedLocation, MsgOtherLot, MsgSerialTwice, MsgUndone, MsgNothingToUndo, MsgAskShort, MsgShorted, MsgAskShortAll, MsgShortedAll,
		MsgAllShort, MsgSkippedLine, MsgNothingToSkip, MsgNotNow, MsgUnknownCommand, MsgRole, MsgRoleOther, DoAssignRole, MsgNoQuestion, MsgOlder, DoTakeOlder, MsgNeedWeight, DoWeighUnit, MsgAskQty, MsgNoQty, MsgBadQty, DoQty, MsgDropped,
		MsgYesByScan, MsgAskSignOut, MsgAskSignOutAll, MsgAskHandOver, MsgPrinting, MsgAskReprint, MsgPrintGate, MsgDispatchGate,
		MsgNoWaybill, MsgPaperVoid, MsgNotPrinted, MsgLabelled, MsgPackedAll, MsgLabelledYet, MsgWrongLabel,
		MsgWantLabel, MsgDispatched, MsgDispatchedYet, MsgNotPacked, MsgNotParcel, MsgInQueue, MsgInDispatch,
		MsgReleased, MsgHeldNow, MsgCalled, MsgLanguage, MsgOverridden, MsgNotLead, MsgInstruction, MsgInstructed,
		MsgNotSaved, MsgNoise, MsgMaybeTwice, MsgAskUnhold, MsgUnheld, MsgWeighed, MsgUnstable, MsgNoParcelToWeigh, MsgChecking, MsgPrintDone, MsgPrintTrouble, MsgWorkChanged,
		DoNothing, DoScanBadge, DoScanWork, DoPickMore, DoGoTo, DoScanLocation, DoPackMore, DoWaitLabel, DoPrint,
		DoNextOrder, DoPutBack, DoPutBackHere, DoWanted, DoNarrower, DoScanAgain, DoScanYes, DoKeepRelease,
		DoScanLead, DoScanLot, DoScanExpiry, DoScanSerial, DoCallLead, DoSetAside, DoFinishFirst, DoOtherStock,
		DoReconnect, DoReprint, DoScanParcel, DoPackFirst, DoRestart, DoScanOnce, DoWait, DoDismiss,
		DoPutInto, DoPutSlot, DoScanTote, DoPackSlot, DoScanGoods, DoBringTotes, MsgBatch, MsgNoWork, MsgBatchPicked, MsgBatchFreed,
		MsgBatchChanged, MsgInHand, MsgLaidBack, MsgHandEmpty, MsgHandFull, MsgPut, MsgSlotDone, MsgSlotOpen, MsgToteTaken,
		MsgToteWrong, MsgToteOther, MsgToteRight, MsgNoTote, MsgLaterInBatch, MsgWaveFull, MsgOtherPlace, MsgDroppedAt,
		DoPIN, MsgAskPIN, MsgWrongPIN, MsgNoPIN, MsgPINWait, MsgNotYourRole, MsgCalledYet, MsgLeadCame,
		DoRecheck, DoWeighAgain, DoLookThrough, MsgWeightOff, MsgOneTooMany, MsgRechecked,
		MsgCheckedYet, MsgKitFirst, MsgAskZero, MsgZero, MsgCountTask,
		DoOtherBox, DoScanBox, DoWaitNumber, MsgBoxClosed, MsgBoxKind, MsgBoxEmpty, MsgNothingToBox, MsgNoSuchBox,
		MsgBoxUnfit, MsgOneBox, MsgBoxTooHeavy, MsgBoxTurned, MsgAskUnbox, MsgBoxEmptied,
		MsgPanel, MsgPanelClosed, DoPanel, MsgLeadOnly, DoLeadOnly,
		MsgAlertNotSaved, MsgAlertUnsaved, MsgAlertDamaged, MsgAlertChecking, MsgAlertDiskFull, MsgAlertDiskLow, MsgAlertNoScanner,
		MsgAlertDevice, MsgAlertNoReads, MsgAlertNoise, MsgAlertScale, MsgAlertCold, MsgAlertPrinter, MsgAlertParked, MsgAlertClock, MsgAlertFuture,
		MsgAlertCertExpired, MsgAlertCertEnding, MsgAlertCentre, MsgAlertBacklog, MsgAlertDiffers, MsgAlertCopy,
		DoAlertNotSaved, DoAlertUnsaved, DoAlertDamaged, DoAlertChecking, DoAlertDiskFull, DoAlertDiskLow, DoAlertNoScanner,
		DoPlugIn, DoPermitDevice, DoFreeDevice, DoReplug, DoAlertNoReads, DoAlertNoise, DoAlertScale, DoCloseDoor, DoCheckCooling,
		DoReadThermometer, DoAlertPrinter, DoAlertParked, DoAlertClock, DoAlertFuture, DoAlertCertExpired, DoAlertCertEnding, DoAlertCentre,
		DoAlertBacklog, DoAlertBacklogOld, DoAlertDiffers, DoAlertCopy, DoAlertCopyFull, DoAlertCopyEarlier,
		DoConfirmDone, DoCheckPrinter, DoMendPrinter, DoSignList, MsgMayBeOut, MsgPaperMissing, MsgPaperTrouble, MsgRetryParked,
		MsgManifested, MsgAskLists, MsgNoManifest,
		MsgInTasks, MsgSeveralTasks, MsgTaskOpened, MsgTaskOver, MsgTaskTaken, MsgTaskHere, MsgOtherTask, MsgTaskDone, MsgNoTaskFor, MsgNeverShipped, MsgReturnNotAgreed, MsgReturnedUnit, MsgReturnedAll, MsgReturnTooMany, MsgNotOfReturn, MsgGraded, MsgNoGrade, MsgNothingToGrade, MsgGradeFirst, MsgUngraded, MsgPhoto, MsgNoPhoto, MsgPhotoTwice, MsgPhotoOfWhat, MsgNothingReturned, MsgReturnClosed, MsgReturnDiffers, MsgMoved, MsgPutElsewhere, MsgNotOfTask, MsgCountedSoFar, MsgCountDiffers, MsgCounted, DoScanTask, DoNarrowTask, DoScanReturned, DoToQueue, DoScanSingly, DoGrade, DoCloseReturn, DoPhoto, DoTakeUnits, DoBringUnits, DoCountOn, DoCountAgain,
		MsgPickupCode, MsgPickupFirst, MsgFetched, MsgFetchedOne, MsgFetchedYet, MsgPickupAsked, MsgPickupComing, MsgPickupThere, MsgPickupOther, DoFetchParcel, DoScanPickup, DoPackThere, DoFetchThere,
		MsgTooWarm, MsgStockTooWarm, MsgWarmPlace, MsgChilled, MsgNothingCold, MsgIntoCold, MsgCooled, MsgNoCoolant, DoScanChill, DoCoolant,
		MsgAlertWarming, MsgAlertTooWarm, DoAlertWarming, DoAlertTooWarm, DoAlertWarmBox, DoAlertHotBox, DoAlertWarmPut,
		DoInstruction, DoPutBackAll, DoStop, DoTakeOut, DoTearOff)
}
