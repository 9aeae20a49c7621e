package gs1

import (
	"fmt"
	"time"
)

// Date is a calendar day without a zone, as element strings hold it.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// String writes the date as 2027-05-31.
func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day) }

// In is the first instant of the day in a zone.
func (d Date) In(zone *time.Location) time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, zone)
}

// Before tells whether d is an earlier day than other.
func (d Date) Before(other Date) bool {
	if d.Year != other.Year {
		return d.Year < other.Year
	}
	if d.Month != other.Month {
		return d.Month < other.Month
	}
	return d.Day < other.Day
}

// Moment is a date with a time of day where the element string holds one.
type Moment struct {
	Date
	HasTime              bool
	Hour, Minute, Second int
}

// In is the instant in a zone; without a time the first of the day.
func (m Moment) In(zone *time.Location) time.Time {
	return time.Date(m.Year, m.Month, m.Day, m.Hour, m.Minute, m.Second, 0, zone)
}

// Ends is the instant from which the moment is past: the time itself if there is one, else the end of the day.
func (m Moment) Ends(zone *time.Location) time.Time {
	if m.HasTime {
		return m.In(zone)
	}
	return time.Date(m.Year, m.Month, m.Day+1, 0, 0, 0, 0, zone)
}

// CenturyOf completes a year of two digits to the one that lies at most 49 years before and 50 years after now
// (GS1 General Specifications, "Determination of century in dates").
func CenturyOf(yy int, now time.Time) int {
	year := now.Year() - now.Year()%100 + yy
	switch difference := yy - now.Year()%100; {
	case difference >= 51:
		return year - 100
	case difference <= -50:
		return year + 100
	}
	return year
}

// ParseDate reads YYMMDD relative to now; day 00 is the last day of the month (GS1 General Specifications, AIs (11) to (17)).
func ParseDate(s string, now time.Time) (Date, error) {
	if code, p, n := lintYYMMD0(s); code != "" {
		return Date{}, &Error{Code: code, Value: s, Pos: p, Len: n}
	}
	d := Date{Year: CenturyOf(number2(s), now), Month: time.Month(number2(s[2:])), Day: number2(s[4:])}
	last := daysIn(d.Year, int(d.Month))
	if d.Day > last {
		// 29 February of a year that the check, which knows no century, took for a leap year.
		return Date{}, &Error{Code: IllegalDay, Value: s, Pos: 4, Len: 2}
	}
	if d.Day == 0 {
		d.Day = last
	}
	return d, nil
}

// ParseMoment reads YYMMDD, followed by nothing, HH, HHMM or HHMMSS, relative to now.
func ParseMoment(s string, now time.Time) (Moment, error) {
	if len(s) < 6 {
		return Moment{}, &Error{Code: DateTooShort, Value: s, Len: len(s)}
	}
	date, err := ParseDate(s[:6], now)
	if err != nil {
		return Moment{}, err
	}
	m := Moment{Date: date, HasTime: len(s) > 6}
	rest := s[6:]
	for _, part := range []struct {
		into  *int
		check lint
	}{{&m.Hour, lintHour}, {&m.Minute, lintMinute}, {&m.Second, lintSecond}} {
		if rest == "" {
			return m, nil
		}
		two := rest[:min(2, len(rest))]
		if code, p, n := part.check(two); code != "" {
			return Moment{}, &Error{Code: code, Value: s, Pos: len(s) - len(rest) + p, Len: n}
		}
		*part.into = number2(two)
		rest = rest[2:]
	}
	if rest != "" {
		return Moment{}, &Error{Code: DateTooLong, Value: s, Len: len(s)}
	}
	return m, nil
}

// String writes the moment as 2027-05-31, or 2027-05-31T14:30:00 where it has a time.
func (m Moment) String() string {
	if !m.HasTime {
		return m.Date.String()
	}
	return fmt.Sprintf("%vT%02d:%02d:%02d", m.Date, m.Hour, m.Minute, m.Second)
}
