package finance.quality_session_test

import data.finance.fixture
import data.finance.quality

# The trade at a wall-clock time in New York, with a snapshot that is as fresh as in the fixture.
at(local) := object.union(fixture.trade, {
	"now_ns": ns,
	"market": {"as_of_ns": ns - fixture.second},
}) if {
	ns := time.parse_rfc3339_ns(local)
}

closed(local) if fixture.denied_only_for(at(local), "outside_market_hours")

test_the_core_session_from_open_to_close if {
	every local in [
		"2026-11-23T09:30:00-05:00",
		"2026-11-23T12:00:00-05:00",
		"2026-11-23T15:59:59-05:00",
	] {
		fixture.allowed(at(local))
	}
	every local in [
		"2026-11-23T00:00:00-05:00",
		"2026-11-23T09:29:59-05:00",
		"2026-11-23T16:00:00-05:00",
		"2026-11-23T23:59:59-05:00",
	] {
		closed(local)
	}
}

test_summer_time_moves_the_session_in_utc if {
	fixture.allowed(at("2026-07-06T13:30:00Z"))
	closed("2026-07-06T13:29:59Z")
	closed("2026-07-06T20:00:00Z")
	fixture.allowed(at("2026-01-05T14:30:00Z"))
	closed("2026-01-05T14:29:59Z")
	fixture.allowed(at("2026-01-05T20:59:59Z"))
}

test_the_days_on_which_the_clocks_change if {
	# Sunday, 8 March and Sunday, 1 November 2026; the Mondays after have the new offset.
	fixture.allowed(at("2026-03-06T14:30:00Z"))
	fixture.allowed(at("2026-03-09T13:30:00Z"))
	closed("2026-03-09T13:29:59Z")
	fixture.allowed(at("2026-10-30T13:30:00Z"))
	closed("2026-11-02T14:29:59Z")
	fixture.allowed(at("2026-11-02T14:30:00Z"))
}

test_weekends_are_closed if {
	closed("2026-11-21T12:00:00-05:00")
	closed("2026-11-22T12:00:00-05:00")
}

test_the_weekday_is_that_of_the_venue_and_not_of_utc if {
	# Saturday 01:00 UTC is Friday evening in New York: after hours, not a weekend, and closed for that reason.
	document := at("2026-11-21T01:00:00Z")
	fixture.denied_only_for(document, "outside_market_hours")
	day := quality.local_date with input as document
	day == "2026-11-20"
}

test_each_holiday_of_the_calendar_is_closed if {
	every _, days in data.quality.calendars.us_equities.holidays {
		every day, _ in days { closed(sprintf("%sT12:00:00-05:00", [day])) }
	}
}

test_each_early_close_is_at_its_hour if {
	every day, _ in data.quality.calendars.us_equities.early_closes {
		midday := time.parse_rfc3339_ns(sprintf("%sT17:59:59Z", [day]))
		noon := object.union(fixture.trade, {"now_ns": midday, "market": {"as_of_ns": midday}})
		[_, minute, second] := time.clock([midday, "America/New_York"])
		[minute, second] == [59, 59]
		fixture.effect(noon) == {true: "ALLOW", false: "DENY"}[time.clock([midday, "America/New_York"])[0] < 13]
		after := midday + (3600 * fixture.second)
		fixture.denied_only_for(
			object.union(fixture.trade, {"now_ns": after, "market": {"as_of_ns": after}}),
			"outside_market_hours",
		)
	}
}

test_the_day_after_thanksgiving_closes_at_one if {
	fixture.allowed(at("2026-11-27T12:59:59-05:00"))
	closed("2026-11-27T13:00:00-05:00")
}

test_a_year_that_nobody_entered_is_closed if {
	fixture.denied_only_for(at("2025-11-24T12:00:00-05:00"), "calendar_not_maintained")
	fixture.denied_only_for(at("2029-11-26T12:00:00-05:00"), "calendar_not_maintained")
}

test_the_paper_broker_is_always_open if {
	every local in ["2026-11-22T03:00:00Z", "2026-12-25T12:00:00Z", "2031-01-01T00:00:00Z"] {
		fixture.allowed(object.union(at(local), {"instrument": {"venue": "SIM"}}))
	}
}

test_a_venue_without_a_calendar_is_closed if {
	every venue in ["", "xnas", "XLON", "__proto__", null, 1, true, ["XNAS"]] {
		fixture.denied_only_for(
			fixture.replaced(fixture.trade, "instrument/venue", venue),
			"venue_unknown",
		)
	}
}

test_a_time_that_is_none_is_denied_also_at_the_paper_broker if {
	every venue in ["XNAS", "SIM"] {
		every value in array.concat(fixture.not_numbers, [0, -1, 1.5, 9000000000000000000, 1e30]) {
			document := fixture.replaced(fixture.changed({"instrument": {"venue": venue}}), "now_ns", value)
			fixture.denied_for(document, "clock_missing")
		}
	}
}

test_the_message_says_when_it_opens if {
	some reason in quality.deny with input as at("2026-11-27T14:00:00-05:00")
	reason.code == "outside_market_hours"
	reason.message == "the market is closed at 2026-11-27; it trades from 09:30 to 13:00 (America/New_York) on working days"
}

test_the_calendar_is_sound if {
	every _, calendar in data.quality.calendars {
		calendar.open < calendar.close
		every year, days in calendar.holidays {
			every day, _ in days { startswith(day, year) }
		}
		every day, closing in calendar.early_closes {
			calendar.holidays[substring(day, 0, 4)]
			closing > calendar.open
			closing < calendar.close
		}
	}
	every _, venue in data.quality.venues { sound_venue(venue) }
}

sound_venue(venue) if venue.always_open == true

sound_venue(venue) if data.quality.calendars[venue.calendar]
