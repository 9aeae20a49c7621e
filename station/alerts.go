package station

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"pickstation/order"
)

// Severity is how grave an alert is.
type Severity string

// Severities, the gravest first.
const (
	SeverityStop Severity = "stop" // work stands still, or goods are in danger
	SeverityWarn Severity = "warn" // somebody has to do something
	SeverityInfo Severity = "info" // it ends by itself
)

var severityRank = map[Severity]int{SeverityStop: 0, SeverityWarn: 1, SeverityInfo: 2}

// AlertCode names a condition; the codes are stable.
type AlertCode string

// Alert is a condition that holds now.
type Alert struct {
	Code     AlertCode
	Severity Severity
	Subject  string    // the device or place, "" the bench itself
	Since    time.Time // zero: not known
	What     order.Message
	Do       order.Message // the next step
}

// Condition is a registered thing that can be wrong with a bench.
type Condition struct {
	Code     AlertCode
	Severity Severity
	// After is for how long it must have lasted before anybody sees it, so that what ends by
	// itself at once does not flicker.
	After time.Duration
	// HiddenBy are the causes that explain it: while one of them holds, of the bench or of
	// the same subject, only that one is shown.
	HiddenBy []AlertCode

	holds func(v *View, now time.Time) []Alert
}

// Conditions lists everything that can be wrong with a bench, in the order in which
// alerts of one severity are shown.
func Conditions() []Condition { return slices.Clone(conditions) }

// The conditions.
const (
	AlertNotSaved    AlertCode = "not_saved"
	AlertUnsaved     AlertCode = "scans_unsaved"
	AlertDamaged     AlertCode = "database_damaged"
	AlertChecking    AlertCode = "database_checking"
	AlertDiskFull    AlertCode = "disk_full"
	AlertDiskLow     AlertCode = "disk_low"
	AlertNoScanner   AlertCode = "no_scanner"
	AlertScanner     AlertCode = "scanner_down"
	AlertNoReads     AlertCode = "gun_no_reads"
	AlertNoise       AlertCode = "gun_noise"
	AlertScale       AlertCode = "scale_down"
	AlertScaleSilent AlertCode = "scale_silent"
	AlertProbe       AlertCode = "probe_down"
	AlertCold        AlertCode = "temperature"
	AlertColdSilent  AlertCode = "temperature_unknown"
	AlertTooWarm     AlertCode = "goods_too_warm"
	AlertWarming     AlertCode = "goods_warming"
	AlertPrinter     AlertCode = "printer_down"
	AlertParked      AlertCode = "prints_parked"
	AlertClock       AlertCode = "clock_off"
	AlertFuture      AlertCode = "events_ahead"
	AlertCertExpired AlertCode = "certificate_expired"
	AlertCertEnding  AlertCode = "certificate_ending"
	AlertCentre      AlertCode = "centre_away"
	AlertBacklog     AlertCode = "sync_backlog"
	AlertBacklogOld  AlertCode = "sync_backlog_old"
	AlertDiffers     AlertCode = "data_differ"
	AlertCopy        AlertCode = "copy_failed"
)

// Limits of the conditions.
const (
	clockOff       = time.Minute        // expiry of goods and certificates is judged by the day, promises by the minute
	certEnding     = 7 * 24 * time.Hour // a station renews its certificate long before
	backlogAfter   = 30 * time.Minute   // unsent for so long with the centre in reach
	backlogOld     = 24 * time.Hour     // unsent for so long, whatever the reason
	noReadPercent  = 20                 // of the latest triggers; a good gun on good labels stays below 5
	noisePercent   = 5                  // of the latest messages
	fewTriggers    = 20                 // nothing is judged before
	deviceSettles  = 3 * time.Second    // a plug that is put in again, udev's permissions
	printerSettles = 2 * time.Second    // between two jobs
	scaleSettles   = 10 * time.Second   // a pan that is loaded
	centreSettles  = 5 * time.Second    // one lost answer
	differsSettles = time.Minute        // the feed is read again
	probeSettles   = deviceSettles * 3  // slow buses
	copySettles    = 5 * time.Second    // a stick that is put in again
)

// conditions is the table; a test raises and clears each.
var conditions = []Condition{
	{Code: AlertNotSaved, Severity: SeverityStop, holds: func(v *View, _ time.Time) []Alert {
		return when(v.Health.NotSaved, "", time.Time{}, say(order.MsgAlertNotSaved, order.DoAlertNotSaved, order.Args{}))
	}},
	{Code: AlertUnsaved, Severity: SeverityStop, HiddenBy: []AlertCode{AlertNotSaved}, holds: func(v *View, now time.Time) []Alert {
		u := &v.Health.Unsaved
		return when(u.Scans > 0 && now.Sub(u.At) < UnsavedFor, "", u.At, say(order.MsgAlertUnsaved, order.DoAlertUnsaved, order.Args{N: u.Scans}))
	}},
	{Code: AlertDamaged, Severity: SeverityStop, holds: func(v *View, _ time.Time) []Alert {
		return when(v.Health.Damaged != "", "", time.Time{}, say(order.MsgAlertDamaged, order.DoAlertDamaged, order.Args{Reason: v.Health.Damaged}))
	}},
	{Code: AlertDiskFull, Severity: SeverityStop, holds: func(v *View, _ time.Time) []Alert {
		h := &v.Health
		return when(h.DiskFull, "", h.DiskSince, say(order.MsgAlertDiskFull, order.DoAlertDiskFull, order.Args{N: int(h.DiskFree >> 20)}))
	}},
	{Code: AlertCold, Severity: SeverityStop, holds: coldPlaces(false)},
	{Code: AlertColdSilent, Severity: SeverityStop, holds: coldPlaces(true)},
	{Code: AlertTooWarm, Severity: SeverityStop, holds: warmGoods(true)},
	{Code: AlertWarming, Severity: SeverityWarn, holds: warmGoods(false)},
	{Code: AlertNoScanner, Severity: SeverityStop, After: deviceSettles, holds: noScanner},
	{Code: AlertScanner, Severity: SeverityWarn, After: deviceSettles, HiddenBy: []AlertCode{AlertNoScanner}, holds: silent("scanner")},
	{Code: AlertScale, Severity: SeverityWarn, After: deviceSettles, holds: silent("scale")},
	{Code: AlertScaleSilent, Severity: SeverityWarn, After: scaleSettles, HiddenBy: []AlertCode{AlertScale}, holds: silentScale},
	{Code: AlertProbe, Severity: SeverityWarn, After: probeSettles, HiddenBy: []AlertCode{AlertColdSilent}, holds: silent("probe")},
	{Code: AlertPrinter, Severity: SeverityWarn, After: printerSettles, holds: func(v *View, _ time.Time) []Alert {
		p := &v.Printer
		return when(!p.Prints() || p.Status == "media_low", "", p.Since, say(order.MsgAlertPrinter, order.DoAlertPrinter, order.Args{Reason: p.Status}))
	}},
	{Code: AlertParked, Severity: SeverityWarn, HiddenBy: []AlertCode{AlertPrinter}, holds: func(v *View, _ time.Time) []Alert {
		return when(v.Printer.Parked > 0, "", v.Printer.ParkedSince, say(order.MsgAlertParked, order.DoAlertParked, order.Args{N: v.Printer.Parked}))
	}},
	{Code: AlertDiskLow, Severity: SeverityWarn, HiddenBy: []AlertCode{AlertDiskFull}, holds: func(v *View, _ time.Time) []Alert {
		h := &v.Health
		return when(h.DiskLow, "", h.DiskSince, say(order.MsgAlertDiskLow, order.DoAlertDiskLow, order.Args{N: int(h.DiskFree >> 20)}))
	}},
	{Code: AlertClock, Severity: SeverityWarn, holds: func(v *View, _ time.Time) []Alert {
		off := v.Health.ClockOff.Abs()
		told := v.Sync.Problem == "clock" || v.Sync.Problem == "clock_skew"
		return when(off >= clockOff || told, "", time.Time{}, say(order.MsgAlertClock, order.DoAlertClock, order.Args{AgeS: int(off / time.Second)}))
	}},
	{Code: AlertFuture, Severity: SeverityWarn, HiddenBy: []AlertCode{AlertClock}, holds: func(v *View, _ time.Time) []Alert {
		d := v.Health.Ahead
		return when(d > 0, "", time.Time{}, say(order.MsgAlertFuture, order.DoAlertFuture, order.Args{AgeS: int(d / time.Second)}))
	}},
	{Code: AlertCertExpired, Severity: SeverityWarn, holds: func(v *View, now time.Time) []Alert {
		till := v.Health.CertUntil
		return when(!till.IsZero() && !v.Business(now).Before(till) || v.Sync.Problem == "certificate_expired", "", till,
			say(order.MsgAlertCertExpired, order.DoAlertCertExpired, order.Args{}))
	}},
	{Code: AlertCertEnding, Severity: SeverityWarn, HiddenBy: []AlertCode{AlertCertExpired}, holds: func(v *View, now time.Time) []Alert {
		till := v.Health.CertUntil
		return when(!till.IsZero() && till.Sub(v.Business(now)) < certEnding, "", time.Time{},
			say(order.MsgAlertCertEnding, order.DoAlertCertEnding, order.Args{Date: order.DateOf(till)}))
	}},
	{Code: AlertCentre, Severity: SeverityWarn, After: centreSettles, HiddenBy: []AlertCode{AlertClock, AlertCertExpired}, holds: func(v *View, _ time.Time) []Alert {
		s := &v.Sync
		return when(s.Problem != "", "", s.Since, say(order.MsgAlertCentre, order.DoAlertCentre, order.Args{Reason: s.Problem, Ref: s.Detail}))
	}},
	{Code: AlertBacklogOld, Severity: SeverityWarn, holds: backlog(backlogOld, order.DoAlertBacklogOld)},
	{Code: AlertBacklog, Severity: SeverityWarn, HiddenBy: []AlertCode{AlertBacklogOld, AlertCentre, AlertClock, AlertCertExpired},
		holds: backlog(backlogAfter, order.DoAlertBacklog)},
	{Code: AlertDiffers, Severity: SeverityWarn, After: differsSettles, HiddenBy: []AlertCode{AlertDamaged, AlertCentre}, holds: func(v *View, _ time.Time) []Alert {
		s := &v.Sync
		return when(s.Differs != "", "", s.DiffersSince, say(order.MsgAlertDiffers, order.DoAlertDiffers, order.Args{}))
	}},
	{Code: AlertCopy, Severity: SeverityWarn, After: copySettles, holds: func(v *View, _ time.Time) []Alert {
		c := &v.Copy
		do, ok := copySteps[c.Problem]
		if !ok {
			do = order.DoAlertCopy
		}
		return when(c.Problem != "", "", c.Since, say(order.MsgAlertCopy, do, order.Args{Reason: c.Problem}))
	}},
	{Code: AlertNoReads, Severity: SeverityWarn, HiddenBy: []AlertCode{AlertScanner, AlertNoScanner}, holds: badReads(
		func(r ReadView) (bad, all int) { return r.NoReads, r.Triggers }, noReadPercent, order.MsgAlertNoReads, order.DoAlertNoReads)},
	{Code: AlertNoise, Severity: SeverityWarn, HiddenBy: []AlertCode{AlertScanner, AlertNoScanner}, holds: badReads(
		func(r ReadView) (bad, all int) { return r.Bad, r.Triggers }, noisePercent, order.MsgAlertNoise, order.DoAlertNoise)},
	{Code: AlertChecking, Severity: SeverityInfo, holds: func(v *View, _ time.Time) []Alert {
		return when(v.Health.Checking, "", time.Time{}, say(order.MsgAlertChecking, order.DoAlertChecking, order.Args{}))
	}},
}

// Alerts returns what is wrong at a time, the gravest first: what has lasted long enough
// and is not explained by something else that holds.
func (v *View) Alerts(now time.Time) []Alert {
	var all []Alert
	for i := range conditions {
		for _, a := range conditions[i].holds(v, now) {
			a.Code, a.Severity = conditions[i].Code, conditions[i].Severity
			all = append(all, a)
		}
	}
	if len(all) == 0 {
		return nil
	}
	shown := make([]Alert, 0, len(all))
	for i := range all {
		c := condition(all[i].Code)
		young := !all[i].Since.IsZero() && now.Sub(all[i].Since) < c.After
		if !young && !explained(&all[i], c, all) {
			shown = append(shown, all[i])
		}
	}
	slices.SortStableFunc(shown, func(a, b Alert) int { return cmp.Compare(severityRank[a.Severity], severityRank[b.Severity]) })
	return shown
}

func condition(code AlertCode) *Condition {
	return &conditions[slices.IndexFunc(conditions, func(c Condition) bool { return c.Code == code })]
}

// explained says whether a cause of the alert holds.
func explained(a *Alert, c *Condition, all []Alert) bool {
	return slices.ContainsFunc(all, func(b Alert) bool {
		return slices.Contains(c.HiddenBy, b.Code) && (b.Subject == "" || b.Subject == a.Subject)
	})
}

// say is an alert without its code.
func say(what, do order.MsgCode, a order.Args) Alert {
	return Alert{What: order.Message{Code: what, Args: a}, Do: order.Message{Code: do, Args: a}}
}

func when(holds bool, subject string, since time.Time, a Alert) []Alert {
	if !holds {
		return nil
	}
	a.Subject, a.Since = subject, since
	return []Alert{a}
}

// silentScale is a scale that is there and tells nothing.
func silentScale(v *View, _ time.Time) []Alert {
	s := v.Scale
	if s == nil {
		return nil
	}
	return when(!tells(s.State), s.Name, s.Since, say(order.MsgAlertScale, order.DoAlertScale, order.Args{Code: s.Name, Reason: s.State}))
}

// isGun says whether a device is a scanner.
func (d *DeviceView) isGun() bool { return d.Kind == "" || d.Kind == "scanner" }

// answers says whether the device does what it is there for, or is about to.
func (d *DeviceView) answers() bool { return d.Status == "online" || d.Status == "opening" }

// noScanner is a bench with scanners of which none answers.
func noScanner(v *View, _ time.Time) []Alert {
	guns := 0
	var last time.Time
	for i := range v.Devices {
		d := &v.Devices[i]
		if !d.isGun() {
			continue
		}
		if guns++; d.answers() {
			return nil
		}
		if d.Since.After(last) {
			last = d.Since
		}
	}
	return when(guns > 0, "", last, say(order.MsgAlertNoScanner, order.DoAlertNoScanner, order.Args{}))
}

// deviceSteps is what to do about a device, by its status.
var deviceSteps = map[string]order.MsgCode{"absent": order.DoPlugIn, "denied": order.DoPermitDevice, "busy": order.DoFreeDevice}

// copySteps is what to do about the copy; the lead sees to what is not named.
var copySteps = map[string]order.MsgCode{CopyAbsent: order.DoPlugIn, CopyFull: order.DoAlertCopyFull, CopyEarlier: order.DoAlertCopyEarlier}

// silent finds the devices of a kind that do not answer.
func silent(kind string) func(*View, time.Time) []Alert {
	return func(v *View, _ time.Time) (list []Alert) {
		for i := range v.Devices {
			d := &v.Devices[i]
			if d.answers() || d.isGun() != (kind == "scanner") || !d.isGun() && d.Kind != kind {
				continue
			}
			do, ok := deviceSteps[d.Status]
			if !ok {
				do = order.DoReplug
			}
			list = append(list, when(true, d.Name, d.Since, say(order.MsgAlertDevice, do, order.Args{Code: d.Name, Reason: d.Status}))...)
		}
		return list
	}
}

// coldSteps is what to do about a cold place.
var coldSteps = map[order.ColdKind]order.MsgCode{order.TooWarm: order.DoCloseDoor, order.TooCold: order.DoCheckCooling, order.NoSamples: order.DoReadThermometer}

// coldPlaces finds the cold places that are out of their limits, or those that say nothing.
func coldPlaces(quiet bool) func(*View, time.Time) []Alert {
	return func(v *View, _ time.Time) (list []Alert) {
		for i := range v.Probes {
			p := &v.Probes[i]
			if p.Alert == "" || (p.Alert == order.NoSamples) != quiet {
				continue
			}
			a := order.Args{Code: p.Name, Reason: string(p.Alert)}
			if !quiet {
				a.Ref = strconv.FormatFloat(float64(p.Worst)/1000, 'f', 1, 64) + " C"
			}
			list = append(list, when(true, p.Name, p.Since, say(order.MsgAlertCold, coldSteps[p.Alert], a))...)
		}
		return list
	}
}

// backlog is events that wait for the centre for longer than a time.
func backlog(after time.Duration, do order.MsgCode) func(*View, time.Time) []Alert {
	return func(v *View, now time.Time) []Alert {
		s := &v.Sync
		waits := v.Business(now).Sub(s.Oldest)
		return when(s.Unsent > 0 && !s.Alone && !s.Oldest.IsZero() && waits >= after, "", time.Time{},
			say(order.MsgAlertBacklog, do, order.Args{N: s.Unsent, AgeS: int(waits / time.Second)}))
	}
}

// badReads finds the guns of whose latest messages too many were bad.
func badReads(count func(ReadView) (bad, all int), percent int, what, do order.MsgCode) func(*View, time.Time) []Alert {
	return func(v *View, _ time.Time) (list []Alert) {
		for i := range v.Devices {
			d := &v.Devices[i]
			bad, all := count(d.Reads)
			if d.isGun() && all >= fewTriggers && bad*100 >= percent*all {
				list = append(list, when(true, d.Name, time.Time{}, say(what, do, order.Args{Code: d.Name, N: bad * 100 / all}))...)
			}
		}
		return list
	}
}
