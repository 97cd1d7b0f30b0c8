# The market's hours, by the calendar of the instrument's venue, at the time that the input states.
#
# NYSE Rules 7.2 (holidays) and 7.34 (sessions): the core session is 9:30 to 16:00 Eastern Time; only it is used here.
# Dates: NYSE Group, "2026, 2027 and 2028 Holiday and Early Closings Calendar", 23 December 2025.
package finance.quality

venue := data.quality.venues[input.instrument.venue] if is_string(input.instrument.venue)

calendar := data.quality.calendars[venue.calendar]

# Year, month, day at the venue.
local_day := time.date([now, calendar.time_zone])

local_date := sprintf("%04d-%02d-%02d", local_day)

local_clock := time.clock([now, calendar.time_zone])

# A year that nobody has entered the holidays of is not a year without holidays.
holidays := calendar.holidays[sprintf("%d", [local_day[0]])]

working_day if time.weekday([now, calendar.time_zone]) in calendar.days

holiday if holidays[local_date]

closing_time := object.get(calendar.early_closes, local_date, calendar.close)

session_open if venue.always_open == true

# Arrays compare item by item: hours, then minutes, then seconds.
session_open if {
	holidays
	working_day
	not holiday
	local_clock >= calendar.open
	local_clock < closing_time
}

deny contains {
	"code": "clock_missing",
	"field": "now_ns",
	"message": "the time of this decision is not known, so nothing can be traded",
} if {
	not now
}

deny contains {
	"code": "venue_unknown",
	"field": "symbol",
	"message": "the venue of this instrument has no calendar, so its hours are not known",
} if {
	not venue
}

deny contains {
	"code": "calendar_not_maintained",
	"field": "symbol",
	"message": "the market calendar does not cover this year; compliance must enter its holidays first",
} if {
	now
	calendar
	not holidays
}

deny contains {
	"code": "outside_market_hours",
	"field": "symbol",
	"message": sprintf("the market is closed at %s; it trades from %02d:%02d to %02d:%02d (%s) on working days", [
		local_date,
		calendar.open[0], calendar.open[1],
		closing_time[0], closing_time[1],
		calendar.time_zone,
	]),
} if {
	holidays
	not session_open
}
