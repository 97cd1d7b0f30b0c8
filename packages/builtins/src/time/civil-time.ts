import { BuiltinError } from "@flyball/engine";

/** A moment as a calendar and a clock show it in one time zone. */
export interface CivilTime {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanosecond: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  readonly offsetSeconds: number;
  /** `UTC`, `EST`. */
  readonly zoneName: string;
}

const SECOND = 1_000_000_000n;
const DAY_SECONDS = 86_400;

/** The moment `nanoseconds` after 1970 in an IANA zone; the empty zone and `Local` are UTC, so that a decision is the same everywhere. */
export function civilTime(nanoseconds: bigint, zone: string): CivilTime {
  const seconds = Number(floorDivide(nanoseconds, SECOND));
  const nanosecond = Number(nanoseconds - BigInt(seconds) * SECOND);
  const { offsetSeconds, zoneName } = zoneAt(seconds, zone);
  return { ...fromSeconds(seconds + offsetSeconds), nanosecond, offsetSeconds, zoneName };
}

/** Seconds since 1970 of a calendar date and clock in UTC; months and days beyond their ranges carry over, as in Go. */
export function secondsOf(date: Pick<CivilTime, "year" | "month" | "day" | "hour" | "minute" | "second">): number {
  const monthIndex = date.month - 1;
  const year = date.year + Math.floor(monthIndex / 12);
  const month = monthIndex - Math.floor(monthIndex / 12) * 12;
  const midnight = new Date(0);
  midnight.setUTCFullYear(year, month, 1);
  return midnight.getTime() / 1000 + (date.day - 1) * DAY_SECONDS + date.hour * 3600 + date.minute * 60 + date.second;
}

/** Nanoseconds since 1970, or the error of Go's 64-bit time. */
export function toNanoseconds(seconds: number, nanosecond: number): bigint {
  const nanoseconds = BigInt(seconds) * SECOND + BigInt(nanosecond);
  if (BigInt.asIntN(64, nanoseconds) !== nanoseconds) throw new BuiltinError("time outside of valid range");
  return nanoseconds;
}

/** The offset of a zone from UTC at a moment. */
export function zoneAt(seconds: number, zone: string): { readonly offsetSeconds: number; readonly zoneName: string } {
  if (zone === "" || zone === "UTC" || zone === "Local") return { offsetSeconds: 0, zoneName: "UTC" };
  const parts = new Map(
    formatterOf(zone)
      .formatToParts(new Date(seconds * 1000))
      .map(({ type, value }) => [type, value] as const),
  );
  const field = (name: Intl.DateTimeFormatPartTypes) => Number(parts.get(name));
  const year = parts.get("era") === "BC" ? 1 - field("year") : field("year");
  const shown = secondsOf({
    year,
    month: field("month"),
    day: field("day"),
    hour: field("hour") % 24,
    minute: field("minute"),
    second: field("second"),
  });
  return { offsetSeconds: shown - seconds, zoneName: parts.get("timeZoneName") ?? zone };
}

const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (formatter === undefined) {
    // The zones of the platform are few; offsets such as +01:00 would not be.
    if (!/^[A-Za-z]/.test(zone)) throw new BuiltinError(`unknown time zone ${zone}`);
    try {
      formatter = new Intl.DateTimeFormat("en-US", {
        timeZone: zone,
        calendar: "gregory",
        numberingSystem: "latn",
        hourCycle: "h23",
        era: "short",
        year: "numeric",
        month: "numeric",
        day: "numeric",
        hour: "numeric",
        minute: "numeric",
        second: "numeric",
        timeZoneName: "short",
      });
    } catch {
      throw new BuiltinError(`unknown time zone ${zone}`);
    }
    formatters.set(zone, formatter);
  }
  return formatter;
}

function fromSeconds(seconds: number): Omit<CivilTime, "nanosecond" | "offsetSeconds" | "zoneName"> {
  const date = new Date(seconds * 1000);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    weekday: date.getUTCDay(),
  };
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
}
