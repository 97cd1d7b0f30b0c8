import { BuiltinError } from "@flyball/engine";
import { daysIn, isLeapYear, secondsOf } from "./calendar.ts";
import { toNanoseconds } from "./civil-time.ts";
import { type LayoutPart, MONTHS, parseLayout, WEEKDAYS } from "./layout.ts";
import { readOffset, readZoneName } from "./read-zone.ts";

/** What the elements of a layout have said so far. Month and day are -1 until one does. */
interface Fields {
  year: number;
  month: number;
  day: number;
  dayOfYear: number | undefined;
  hour: number;
  minute: number;
  second: number;
  nanosecond: number;
  afternoon: boolean | undefined;
  offsetSeconds: number;
}

/** A number of characters read; undefined where the text is not what the element wants. */
type Length = number | undefined;

const SHORT_MONTHS = MONTHS.map((name) => name.slice(0, 3));
const SHORT_WEEKDAYS = WEEKDAYS.map((name) => name.slice(0, 3));

/** Nanoseconds since 1970 of a text in a Go layout. Source: Go's package time, Parse. Without a zone, and with a zone's bare name, the time is UTC. Throws `BuiltinError`. */
export function parseTime(layout: string, text: string): bigint {
  const fields: Fields = {
    year: 0,
    month: -1,
    day: -1,
    dayOfYear: undefined,
    hour: 0,
    minute: 0,
    second: 0,
    nanosecond: 0,
    afternoon: undefined,
    offsetSeconds: 0,
  };
  const fail = (): never => {
    throw new BuiltinError(
      `parsing time ${JSON.stringify(text.slice(0, 100))} as ${JSON.stringify(layout.slice(0, 100))}: cannot parse`,
    );
  };
  let rest = text;
  const parts = parseLayout(layout);
  for (const [index, part] of parts.entries()) {
    const length = part.kind === "text" ? textLength(part.text, rest) : readElement(fields, part.element, rest);
    if (length === undefined) return fail();
    rest = rest.slice(length);
    const isSecond = part.kind === "element" && (part.element === "05" || part.element === "5");
    // A fraction behind the seconds is taken though the layout does not name one.
    if (isSecond && !isFraction(parts[index + 1])) rest = rest.slice(readFraction(fields, rest));
  }
  if (rest !== "") return fail();
  const { month, day } = settleDate(fields) ?? fail();
  const { year, minute, second, offsetSeconds } = fields;
  const hour =
    fields.afternoon === true && fields.hour < 12
      ? fields.hour + 12
      : fields.afternoon === false && fields.hour === 12
        ? 0
        : fields.hour;
  return toNanoseconds(secondsOf({ year, month, day, hour, minute, second }) - offsetSeconds, fields.nanosecond);
}

function isFraction(part: LayoutPart | undefined): boolean {
  return part?.kind === "element" && /^[.,]/.test(part.element);
}

/** Text between elements; a run of spaces stands for any run of them, and for none at the end. */
function textLength(text: string, rest: string): Length {
  let at = 0;
  for (let index = 0; index < text.length; index++) {
    if (text[index] !== " ") {
      if (rest[at] !== text[index]) return undefined;
      at++;
      continue;
    }
    if (at < rest.length && rest[at] !== " ") return undefined;
    while (text[index + 1] === " ") index++;
    while (rest[at] === " ") at++;
  }
  return at;
}

function readElement(fields: Fields, element: string, text: string): Length {
  switch (element) {
    case "2006":
      return readNumber(/^\d{4}/, text, (number) => assign(fields, "year", number));
    case "06":
      return readNumber(/^\d{2}/, text, (number) => assign(fields, "year", number + (number >= 69 ? 1900 : 2000)));
    case "January":
    case "Jan":
      return readName(element === "Jan" ? SHORT_MONTHS : MONTHS, text, (index) => assign(fields, "month", index + 1));
    case "01":
      return readNumber(/^\d{2}/, text, (number) => number >= 1 && number <= 12 && assign(fields, "month", number));
    case "1":
      return readNumber(/^\d{1,2}/, text, (number) => number >= 1 && number <= 12 && assign(fields, "month", number));
    case "Monday":
    case "Mon":
      return readName(element === "Mon" ? SHORT_WEEKDAYS : WEEKDAYS, text, () => true);
    case "02":
      return readNumber(/^\d{2}/, text, (number) => assign(fields, "day", number));
    case "_2":
      return readNumber(/^ ?\d{1,2}/, text, (number) => assign(fields, "day", number));
    case "2":
      return readNumber(/^\d{1,2}/, text, (number) => assign(fields, "day", number));
    case "002":
      return readNumber(/^\d{3}/, text, (number) => assign(fields, "dayOfYear", number));
    case "__2":
      return readNumber(/^ {0,2}\d{1,3}/, text, (number) => assign(fields, "dayOfYear", number));
    case "15":
      return readNumber(/^\d{1,2}/, text, (number) => number < 24 && assign(fields, "hour", number));
    case "03":
      return readNumber(/^\d{2}/, text, (number) => number <= 12 && assign(fields, "hour", number));
    case "3":
      return readNumber(/^\d{1,2}/, text, (number) => number <= 12 && assign(fields, "hour", number));
    case "04":
      return readNumber(/^\d{2}/, text, (number) => number < 60 && assign(fields, "minute", number));
    case "4":
      return readNumber(/^\d{1,2}/, text, (number) => number < 60 && assign(fields, "minute", number));
    case "05":
      return readNumber(/^\d{2}/, text, (number) => number < 60 && assign(fields, "second", number));
    case "5":
      return readNumber(/^\d{1,2}/, text, (number) => number < 60 && assign(fields, "second", number));
    case "PM":
    case "pm":
      return readHalf(fields, element, text);
    case "MST":
      return readZoneName(text);
    default:
      return isFraction({ kind: "element", element })
        ? readNamedFraction(fields, element, text)
        : readZoneOffset(fields, element, text);
  }
}

function assign<Name extends keyof Fields>(fields: Fields, name: Name, value: Fields[Name]): true {
  fields[name] = value;
  return true;
}

function readNumber(pattern: RegExp, text: string, take: (number: number) => boolean): Length {
  const [digits] = pattern.exec(text) ?? [];
  return digits !== undefined && take(Number(digits)) ? digits.length : undefined;
}

function readName(names: readonly string[], text: string, take: (index: number) => boolean): Length {
  const index = names.findIndex((name) => text.slice(0, name.length).toLowerCase() === name.toLowerCase());
  return index >= 0 && take(index) ? names[index]?.length : undefined;
}

function readHalf(fields: Fields, element: string, text: string): Length {
  const half = text.slice(0, 2);
  const [before, after] = element === "PM" ? ["AM", "PM"] : ["am", "pm"];
  if (half !== before && half !== after) return undefined;
  fields.afternoon = half === after;
  return 2;
}

function readZoneOffset(fields: Fields, element: string, text: string): Length {
  const read = readOffset(element, text);
  if (read === undefined) return undefined;
  fields.offsetSeconds = read.offsetSeconds;
  return read.length;
}

/** Zeros ask for so many digits, nines for any number of them or none. */
function readNamedFraction(fields: Fields, element: string, text: string): Length {
  if (element.charAt(1) === "9") return readFraction(fields, text);
  const [digits] = new RegExp(`^[.,]\\d{${Math.min(element.length - 1, 100)}}`).exec(text) ?? [];
  return digits === undefined || element.length > 100 ? undefined : readFraction(fields, digits);
}

/** Digits beyond nanoseconds are cut off. */
function readFraction(fields: Fields, text: string): number {
  const [whole, digits = ""] = /^[.,](\d+)/.exec(text) ?? [];
  if (whole === undefined) return 0;
  fields.nanosecond = Number(digits.slice(0, 9).padEnd(9, "0"));
  return whole.length;
}

/** Month and day, from the day of the year where there is one; undefined where they do not fit each other or the year. */
function settleDate({
  year,
  month,
  day,
  dayOfYear,
}: Fields): { readonly month: number; readonly day: number } | undefined {
  if (dayOfYear === undefined) {
    const settled = { month: month < 0 ? 1 : month, day: day < 0 ? 1 : day };
    return settled.day >= 1 && settled.day <= daysIn(year, settled.month) ? settled : undefined;
  }
  if (dayOfYear < 1 || dayOfYear > (isLeapYear(year) ? 366 : 365)) return undefined;
  const date = new Date(new Date(0).setUTCFullYear(year, 0, dayOfYear));
  const settled = { month: date.getUTCMonth() + 1, day: date.getUTCDate() };
  const fits = (month < 0 || month === settled.month) && (day < 0 || day === settled.day);
  return fits ? settled : undefined;
}
