import { BuiltinError } from "@flyball/engine";
import { canonicalNumber, isArray, isNumber, isString, type RegoValue } from "@flyball/engine/values";
import type { BuiltinTable } from "../builtin-table.ts";
import { integerAt, operandAt, stringAt, wrongType } from "../operand.ts";
import { daysIn } from "./calendar.ts";
import { type CivilTime, civilTime, momentOf } from "./civil-time.ts";
import { formatTime } from "./format-time.ts";
import { NAMED_LAYOUTS, RFC3339_NANO, WEEKDAYS } from "./layout.ts";
import { nanosecondsOf } from "./nanoseconds-of.ts";
import { parseDuration } from "./parse-duration.ts";
import { parseTime } from "./parse-time.ts";

/** Moments as nanoseconds since 1970, calendars and clocks in a time zone. Zones are those of the JavaScript platform. */
export const times: BuiltinTable = {
  "time.now_ns": (_, { now }) => {
    if (now === undefined) throw new BuiltinError("no clock was granted", { fatal: true });
    return canonicalNumber(now);
  },
  "time.clock": (args) => {
    const { hour, minute, second } = momentAt(args, 0).civil;
    return [hour, minute, second];
  },
  "time.date": (args) => {
    const { year, month, day } = momentAt(args, 0).civil;
    return [year, month, day];
  },
  "time.weekday": (args) => WEEKDAYS[momentAt(args, 0).civil.weekday],
  "time.format": (args) => {
    const { civil, layout } = momentAt(args, 0);
    return formatTime(
      civil,
      layout === undefined || layout === "" ? RFC3339_NANO : (NAMED_LAYOUTS.get(layout) ?? layout),
    );
  },
  "time.parse_ns": (args) =>
    canonicalNumber(parseTime(NAMED_LAYOUTS.get(stringAt(args, 0)) ?? stringAt(args, 0), stringAt(args, 1))),
  "time.parse_rfc3339_ns": (args) => canonicalNumber(parseTime("2006-01-02T15:04:05Z07:00", stringAt(args, 0))),
  "time.parse_duration_ns": (args) => canonicalNumber(parseDuration(stringAt(args, 0))),
  "time.add_date": (args) => {
    const { civil, zone } = momentAt(args, 0);
    const date = {
      ...civil,
      year: civil.year + integerAt(args, 1),
      month: civil.month + integerAt(args, 2),
      day: civil.day + integerAt(args, 3),
    };
    return canonicalNumber(momentOf(date, zone));
  },
  "time.diff": (args) => difference(momentAt(args, 0), momentAt(args, 1)),
};

interface Moment {
  readonly nanoseconds: bigint;
  readonly zone: string;
  readonly layout: string | undefined;
  readonly civil: CivilTime;
}

/** `ns`, `[ns, zone]` or `[ns, zone, layout]`. */
function momentAt(args: readonly RegoValue[], index: number): Moment {
  const operand = operandAt(args, index);
  const [number, zone = "", layout] = isArray(operand) ? operand : [operand];
  if (number === undefined || !isNumber(number)) return wrongType(index, "one of {number, array}", operand);
  if (!isString(zone)) throw new BuiltinError("the time zone must be string");
  if (layout !== undefined && !isString(layout)) throw new BuiltinError("the layout must be string");
  const nanoseconds = nanosecondsOf(number);
  if (nanoseconds === undefined) throw new BuiltinError("timestamp too big");
  return { nanoseconds, zone, layout, civil: civilTime(nanoseconds, zone) };
}

/** Years, months, days, hours, minutes and seconds between two moments, in the first one's zone. */
function difference(first: Moment, second: Moment): readonly number[] {
  const [early, late] = first.nanoseconds <= second.nanoseconds ? [first, second] : [second, first];
  const [from, to] = [civilTime(early.nanoseconds, first.zone), civilTime(late.nanoseconds, first.zone)];
  let [year, month, day] = [to.year - from.year, to.month - from.month, to.day - from.day];
  let [hour, minute, seconds] = [to.hour - from.hour, to.minute - from.minute, to.second - from.second];
  if (seconds < 0) {
    seconds += 60;
    minute--;
  }
  if (minute < 0) {
    minute += 60;
    hour--;
  }
  if (hour < 0) {
    hour += 24;
    day--;
  }
  if (day < 0) {
    day += daysIn(from.year, from.month);
    month--;
  }
  if (month < 0) {
    month += 12;
    year--;
  }
  return [year, month, day, hour, minute, seconds];
}
