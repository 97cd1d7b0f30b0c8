import { BuiltinError } from "@flyball/engine";
import { secondsOf } from "./calendar.ts";
import { isSpelling } from "./zone-names.ts";

/**
 * Offsets of time zones from UTC, as the JavaScript platform knows them. Asking the platform takes microseconds, and a policy asks for one zone again and again; so the stretches of time in
 * which an offset holds are kept.
 */

/** From `from` (inclusive) to `to` (exclusive), in seconds since 1970. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly offset: number;
}

const DAY = 86_400;
/** Blocks of time are examined as a whole. */
const BLOCK = 32 * DAY;
/** No zone has changed twice within two days since 1900: the shortest time between changes is 95 hours. */
const SAMPLE = 2 * DAY;
const KEPT_BLOCKS = 1_024;
const KEPT_ZONES = 64;

const stretchesByBlock = new Map<string, readonly Stretch[]>();
const formatters = new Map<string, Intl.DateTimeFormat>();
let last: Stretch & { readonly zone: string } = { zone: "", from: 0, to: 0, offset: 0 };

/** Seconds to add to UTC. The empty zone, `UTC` and `Local` are UTC, so that an answer is the same on every machine. Throws `BuiltinError` for a name that is no zone. */
export function zoneOffset(seconds: number, zone: string): number {
  if (zone === "" || zone === "UTC" || zone === "Local") return 0;
  if (zone === last.zone && seconds >= last.from && seconds < last.to) return last.offset;
  const stretch = stretchesOf(Math.floor(seconds / BLOCK), zone).find(({ to }) => seconds < to);
  if (stretch === undefined) return offsetAt(seconds, zone);
  last = { ...stretch, zone };
  return stretch.offset;
}

function stretchesOf(block: number, zone: string): readonly Stretch[] {
  const key = `${zone} ${block}`;
  const known = stretchesByBlock.get(key);
  if (known !== undefined) return known;
  const found = findStretches(block * BLOCK, zone);
  dropOldest(stretchesByBlock, KEPT_BLOCKS);
  stretchesByBlock.set(key, found);
  return found;
}

function findStretches(start: number, zone: string): readonly Stretch[] {
  const stretches: Stretch[] = [];
  let from = start;
  let offset = offsetAt(start, zone);
  for (let at = start; at < start + BLOCK; at += SAMPLE) {
    const next = offsetAt(at + SAMPLE, zone);
    if (next === offset) continue;
    const change = changeBetween({ early: at, late: at + SAMPLE, offset, zone });
    stretches.push({ from, to: change, offset });
    from = change;
    offset = next;
  }
  stretches.push({ from, to: start + BLOCK, offset });
  return stretches;
}

interface Change {
  readonly early: number;
  readonly late: number;
  /** The offset at the early moment. */
  readonly offset: number;
  readonly zone: string;
}

/** The first second with another offset, found by halving. */
function changeBetween({ early, late, offset, zone }: Change): number {
  let [low, high] = [early, late];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle, zone) === offset) low = middle;
    else high = middle;
  }
  return high;
}

/** Asks the platform. */
function offsetAt(seconds: number, zone: string): number {
  const fields = new Map<string, string>();
  for (const { type, value } of formatterOf(zone).formatToParts(new Date(seconds * 1000))) fields.set(type, value);
  const field = (name: Intl.DateTimeFormatPartTypes) => Number(fields.get(name));
  const shown = secondsOf({
    year: fields.get("era") === "BC" ? 1 - field("year") : field("year"),
    month: field("month"),
    day: field("day"),
    hour: field("hour") % 24,
    minute: field("minute"),
    second: field("second"),
  });
  return shown - seconds;
}

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known !== undefined) return known;
  // The platform takes offsets such as +01:00 for zones, and names in any letter case; the tz database does not.
  if (!/^[A-Za-z]/.test(zone) || !isSpelling(zone)) throw new BuiltinError(`unknown time zone ${zone}`);
  const made = makeFormatter(zone);
  dropOldest(formatters, KEPT_ZONES);
  formatters.set(zone, made);
  return made;
}

function makeFormatter(timeZone: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone,
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
    });
  } catch {
    throw new BuiltinError(`unknown time zone ${timeZone}`);
  }
}

function dropOldest(kept: Map<string, unknown>, most: number): void {
  const oldest = kept.keys().next();
  if (kept.size >= most && !oldest.done) kept.delete(oldest.value);
}
