import { BuiltinError } from "@flyball/engine";
import { type DateAndClock, secondsOf } from "./calendar.ts";
import { zoneOffset } from "./zone-offset.ts";

/** A moment as a calendar and a clock show it in one time zone. */
export interface CivilTime extends DateAndClock {
  readonly nanosecond: number;
  /** 0 is Sunday. */
  readonly weekday: number;
  readonly offsetSeconds: number;
  readonly zone: string;
}

const SECOND = 1_000_000_000n;

/** The last answer: policies ask for date, clock and weekday of one moment. */
let last: { readonly nanoseconds: bigint; readonly shown: CivilTime } | undefined;

/** The moment `nanoseconds` after 1970 in an IANA zone; the empty zone and `Local` are UTC. */
export function civilTime(nanoseconds: bigint, zone: string): CivilTime {
  if (last?.nanoseconds === nanoseconds && last.shown.zone === zone) return last.shown;
  last = { nanoseconds, shown: shownIn(zone, nanoseconds) };
  return last.shown;
}

function shownIn(zone: string, nanoseconds: bigint): CivilTime {
  const nanosecond = Number(((nanoseconds % SECOND) + SECOND) % SECOND);
  const seconds = Number((nanoseconds - BigInt(nanosecond)) / SECOND);
  const offsetSeconds = zoneOffset(seconds, zone);
  const date = new Date((seconds + offsetSeconds) * 1000);
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    nanosecond,
    weekday: date.getUTCDay(),
    offsetSeconds,
    zone,
  };
}

/** Nanoseconds since 1970 of the moment at which a zone's clock shows this. A time that the clock skips counts with the offset before, as in Go. */
export function momentOf(shown: DateAndClock & { readonly nanosecond: number }, zone: string): bigint {
  const seconds = secondsOf(shown);
  if (!Number.isFinite(seconds)) throw outOfRange();
  const before = seconds - zoneOffset(seconds, zone);
  return toNanoseconds(seconds - zoneOffset(before, zone), shown.nanosecond);
}

/** Nanoseconds since 1970, or the error of a 64-bit number of them. */
export function toNanoseconds(seconds: number, nanosecond: number): bigint {
  if (!Number.isFinite(seconds)) throw outOfRange();
  const nanoseconds = BigInt(seconds) * SECOND + BigInt(nanosecond);
  if (BigInt.asIntN(64, nanoseconds) !== nanoseconds) throw outOfRange();
  return nanoseconds;
}

function outOfRange(): BuiltinError {
  return new BuiltinError("time outside of valid range");
}
