// The open hours of a market calendar as a table that a decision looks up, for the hand-written advisor. In: a calendar
// of policies/quality/data.json. Out: is it open at a time, and if not, what to say. Time zones are worked out once for
// each day that the calendar covers, since asking Intl on every decision would make the yardstick slow for no reason.

import type { AdvisorCalendar } from "./advisor.handwritten.ts";

const DAY_MS = 86_400_000;

export interface SessionTable {
  isOpen(nowNs: number): boolean;
  /** The text for an order outside the hours; undefined where the calendar does not cover the year. */
  describeClosed(nowNs: number): string | undefined;
}

/** Hours and minutes as a clock shows them. */
function clock(time: readonly number[]): string {
  return time
    .slice(0, 2)
    .map((part) => String(part).padStart(2, "0"))
    .join(":");
}

export function sessionTable(calendar: AdvisorCalendar): SessionTable {
  const local = new Intl.DateTimeFormat("en-CA", {
    timeZone: calendar.time_zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  const weekday = new Intl.DateTimeFormat("en-US", { timeZone: "UTC", weekday: "long" });

  function parts(ms: number): { date: string; wallMs: number } {
    const found = new Map(local.formatToParts(ms).map((part) => [part.type, part.value]));
    const part = (type: Intl.DateTimeFormatPartTypes) => Number(found.get(type));
    const wallMs = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
    return { date: new Date(wallMs).toISOString().slice(0, 10), wallMs };
  }

  /** The UTC time at which the venue's clock shows `time` on `date`; sessions do not begin or end in a skipped hour. */
  function utcOf(date: string, time: readonly number[]): number {
    const [hour = 0, minute = 0, second = 0] = time;
    const wanted = Date.parse(`${date}T00:00:00Z`) + ((hour * 60 + minute) * 60 + second) * 1000;
    const offset = parts(wanted).wallMs - wanted;
    return wanted - (parts(wanted - offset).wallMs - (wanted - offset));
  }

  // From the UTC day of the opening to [open, close) in milliseconds. A session lies within one UTC day for this calendar.
  const sessions = new Map<number, readonly [open: number, close: number]>();
  for (const [year, holidays] of Object.entries(calendar.holidays)) {
    for (let day = Date.UTC(Number(year), 0, 1); day < Date.UTC(Number(year) + 1, 0, 1); day += DAY_MS) {
      const date = new Date(day).toISOString().slice(0, 10);
      if (Object.hasOwn(holidays, date) || !calendar.days.includes(weekday.format(day))) continue;
      const close = calendar.early_closes[date] ?? calendar.close;
      const open = utcOf(date, calendar.open);
      sessions.set(Math.floor(open / DAY_MS), [open, utcOf(date, close)]);
    }
  }

  return {
    isOpen(nowNs) {
      const ms = Math.floor(nowNs / 1e6);
      const session = sessions.get(Math.floor(ms / DAY_MS));
      return session !== undefined && ms >= session[0] && ms < session[1];
    },
    describeClosed(nowNs) {
      const { date } = parts(Math.floor(nowNs / 1e6));
      if (!Object.hasOwn(calendar.holidays, date.slice(0, 4))) return undefined;
      const close = calendar.early_closes[date] ?? calendar.close;
      return `the market is closed at ${date}; it trades from ${clock(calendar.open)} to ${clock(close)} (${calendar.time_zone}) on working days`;
    },
  };
}
