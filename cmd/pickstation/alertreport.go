package main

import (
	"time"

	"pickstation/order"
	"pickstation/station"
	"pickstation/tui/text"
)

// alertStatus is a thing that is wrong with the bench, with its next step.
type alertStatus struct {
	Code     string      `json:"code"`
	Severity string      `json:"severity"` // stop, warn, info
	Subject  string      `json:"subject,omitempty"`
	Since    time.Time   `json:"since,omitzero"`
	What     order.Names `json:"what"`
	Do       order.Names `json:"do"`
}

// alertsOf are the alerts of a view, the gravest first.
func alertsOf(v *station.View, now time.Time) []alertStatus {
	list := []alertStatus{}
	for _, a := range v.Alerts(now) {
		list = append(list, alertStatus{Code: string(a.Code), Severity: string(a.Severity), Subject: a.Subject, Since: a.Since.UTC().Round(0),
			What: bothLanguages(a.What), Do: bothLanguages(a.Do)})
	}
	return list
}

// bothLanguages is a line in Chinese and English.
func bothLanguages(m order.Message) order.Names {
	return order.Names{ZH: text.Line(text.ZH, m), EN: text.Line(text.EN, m)}
}

// examineAlerts tells the alerts of a running station.
func examineAlerts(running *statusReport, add adder) {
	if running == nil {
		return
	}
	whole := true
	for _, a := range running.Alerts {
		if a.Subject != "" {
			continue // stands in the row of its device
		}
		whole = false
		result := "warn"
		if a.Severity == string(station.SeverityStop) {
			result = "fail"
		}
		add("alert", result, a.What.EN, a.Do.EN)
	}
	if whole {
		add("alert", "ok", "nothing is wrong at the bench", "")
	}
}
