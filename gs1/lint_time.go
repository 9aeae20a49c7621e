package gs1

// Dates and times inside element strings, GS1 General Specifications, AIs (11) to (17), (7003) to (7011), (8008).

func number2(s string) int { return int(s[0]-'0')*10 + int(s[1]-'0') }

func lintTwoDigits(s string, most int, short, long, fault Code) (Code, int, int) {
	if len(s) < 2 {
		return short, 0, len(s)
	}
	if len(s) > 2 {
		return long, 0, len(s)
	}
	if code, p, n := numeric.check(s); code != "" {
		return code, p, n
	}
	if number2(s) > most {
		return fault, 0, 2
	}
	return "", 0, 0
}

func lintHour(s string) (Code, int, int) {
	return lintTwoDigits(s, 23, HourTooShort, HourTooLong, IllegalHour)
}

func lintMinute(s string) (Code, int, int) {
	return lintTwoDigits(s, 59, MinuteTooShort, MinuteTooLong, IllegalMinute)
}

func lintSecond(s string) (Code, int, int) {
	return lintTwoDigits(s, 59, SecondTooShort, SecondTooLong, IllegalSecond)
}

func lintHourMinute(s string) (Code, int, int) {
	if len(s) < 4 {
		return HourWithMinuteTooShort, 0, len(s)
	}
	if len(s) > 4 {
		return HourWithMinuteTooLong, 0, len(s)
	}
	if code, p, n := numeric.check(s); code != "" {
		return code, p, n
	}
	if number2(s) > 23 {
		return IllegalHour, 0, 2
	}
	if number2(s[2:]) > 59 {
		return IllegalMinute, 2, 2
	}
	return "", 0, 0
}

// lintYYMMD0 allows day 00: the whole month is meant.
func lintYYMMD0(s string) (Code, int, int) { return lintShortDate(s, 0) }

func lintYYMMDD(s string) (Code, int, int) { return lintShortDate(s, 1) }

// lintShortDate has no century: whether a year has a 29 February is read as within 2000 to 2099, which differs
// from the true answer only for 29 February 2100.
func lintShortDate(s string, firstDay int) (Code, int, int) {
	if len(s) < 6 {
		return DateTooShort, 0, len(s)
	}
	if len(s) > 6 {
		return DateTooLong, 0, len(s)
	}
	if code, p, n := numeric.check(s); code != "" {
		return code, p, n
	}
	return lintMonthDay(s, 2, 2000+number2(s), firstDay)
}

func lintYYYYMMD0(s string) (Code, int, int) { return lintLongDate(s, 0) }

func lintYYYYMMDD(s string) (Code, int, int) { return lintLongDate(s, 1) }

func lintLongDate(s string, firstDay int) (Code, int, int) {
	if len(s) < 8 {
		return DateTooShort, 0, len(s)
	}
	if len(s) > 8 {
		return DateTooLong, 0, len(s)
	}
	if code, p, n := numeric.check(s); code != "" {
		return code, p, n
	}
	return lintMonthDay(s, 4, digitsValue(s[:4]), firstDay)
}

func lintMonthDay(s string, at, year, firstDay int) (Code, int, int) {
	month, day := number2(s[at:]), number2(s[at+2:])
	if month < 1 || month > 12 {
		return IllegalMonth, at, 2
	}
	if day < firstDay || day > daysIn(year, month) {
		return IllegalDay, at + 2, 2
	}
	return "", 0, 0
}

var monthDays = [13]uint8{0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

func daysIn(year, month int) int {
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		return 29
	}
	return int(monthDays[month])
}
