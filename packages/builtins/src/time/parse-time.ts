import { BuiltinError } from "@flyball/engine";
import { secondsOf, toNanoseconds } from "./civil-time.ts";
import { MONTHS, parseLayout, WEEKDAYS } from "./layout.ts";

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

/** Nanoseconds since 1970 of a text in a Go layout. Source: Go's package time, Parse. Without a zone the time is UTC. */
export function parseTime(layout: string, text: string): bigint {
  const fields: Fields = {
    year: 0,
    month: 1,
    day: 1,
    dayOfYear: undefined,
    hour: 0,
    minute: 0,
    second: 0,
    nanosecond: 0,
    afternoon: undefined,
    offsetSeconds: 0,
  };
  const fail = (): never => {
    throw new BuiltinError(`parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: cannot parse`);
  };
  let rest = text;
  for (const part of parseLayout(layout)) {
    if (part.kind === "text") {
      if (!rest.startsWith(part.text)) fail();
      rest = rest.slice(part.text.length);
      continue;
    }
    const match = patternOf(part.element).exec(rest);
    if (match === null || !read(fields, part.element, match[0])) return fail();
    rest = rest.slice(match[0].length);
    // Go accepts a fraction after the seconds that the layout does not name.
    if (part.element === "05" || part.element === "5") rest = readFraction(fields, rest);
  }
  if (rest !== "") fail();
  return finish(fields, fail);
}

function patternOf(element: string): RegExp {
  switch (element) {
    case "2006":
      return /^\d{4}/;
    case "January":
      return new RegExp(`^(${MONTHS.join("|")})`, "i");
    case "Jan":
      return new RegExp(`^(${MONTHS.map((name) => name.slice(0, 3)).join("|")})`, "i");
    case "Monday":
      return new RegExp(`^(${WEEKDAYS.join("|")})`, "i");
    case "Mon":
      return new RegExp(`^(${WEEKDAYS.map((name) => name.slice(0, 3)).join("|")})`, "i");
    case "002":
      return /^\d{3}/;
    case "__2":
      return /^[ \d]{2}\d/;
    case "01":
    case "02":
    case "03":
    case "04":
    case "05":
    case "06":
    case "15":
      return /^\d{2}/;
    case "_2":
      return /^ ?\d{1,2}/;
    case "PM":
      return /^(AM|PM)/;
    case "pm":
      return /^(am|pm)/;
    case "MST":
      return /^(UTC|[A-Z]{3,5}|[+-]\d{2,4})/;
    default:
      if (/^[.,]/.test(element))
        return element.charAt(1) === "0" ? new RegExp(`^[.,]\\d{${element.length - 1}}`) : /^([.,]\d+)?/;
      if (/^\d$/.test(element)) return /^\d{1,2}/;
      return zonePattern(element);
  }
}

function zonePattern(element: string): RegExp {
  const separator = element.includes(":") ? ":" : "";
  const fields = element.replace(/\D/g, "").length / 2;
  const numeric = `[+-]${Array.from({ length: fields }, () => "\\d{2}").join(separator)}`;
  return new RegExp(element.startsWith("Z") ? `^(Z|${numeric})` : `^${numeric}`);
}

function read(fields: Fields, element: string, text: string): boolean {
  const number = Number(text);
  switch (element) {
    case "2006":
      fields.year = number;
      return true;
    case "06":
      fields.year = number >= 69 ? 1900 + number : 2000 + number;
      return true;
    case "January":
    case "Jan":
      fields.month = MONTHS.findIndex((name) => name.slice(0, 3).toLowerCase() === text.slice(0, 3).toLowerCase()) + 1;
      return true;
    case "01":
    case "1":
      fields.month = number;
      return number >= 1 && number <= 12;
    case "02":
    case "_2":
    case "2":
      fields.day = number;
      return true;
    case "002":
    case "__2":
      fields.dayOfYear = number;
      return number >= 1 && number <= 366;
    case "15":
      fields.hour = number;
      return number < 24;
    case "03":
    case "3":
      fields.hour = number;
      return number <= 12;
    case "04":
    case "4":
      fields.minute = number;
      return number < 60;
    case "05":
    case "5":
      fields.second = number;
      return number < 60;
    case "PM":
    case "pm":
      fields.afternoon = text.toLowerCase() === "pm";
      return true;
    case "Monday":
    case "Mon":
    case "MST":
      return true;
    default:
      if (/^[.,]/.test(element)) readFraction(fields, text);
      else fields.offsetSeconds = offsetOf(text);
      return true;
  }
}

function readFraction(fields: Fields, text: string): string {
  const match = /^[.,](\d+)/.exec(text);
  if (match === null) return text;
  fields.nanosecond = Number((match[1] ?? "").slice(0, 9).padEnd(9, "0"));
  return text.slice(match[0].length);
}

function offsetOf(text: string): number {
  if (text === "Z") return 0;
  const [hours = "0", minutes = "0", seconds = "0"] = text.slice(1).replaceAll(":", "").match(/\d{2}/g) ?? [];
  const magnitude = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return text.startsWith("-") ? -magnitude : magnitude;
}

function finish(fields: Fields, fail: () => never): bigint {
  const { year, afternoon } = fields;
  const hour = afternoon === undefined ? fields.hour : (fields.hour % 12) + (afternoon ? 12 : 0);
  const month = fields.dayOfYear === undefined ? fields.month : 1;
  const day = fields.dayOfYear ?? fields.day;
  const longest =
    fields.dayOfYear === undefined
      ? new Date(Date.UTC(2000 + (((year % 400) + 400) % 400), month, 0)).getUTCDate()
      : 366;
  if (day < 1 || day > longest) fail();
  return toNanoseconds(
    secondsOf({ year, month, day, hour, minute: fields.minute, second: fields.second }) - fields.offsetSeconds,
    fields.nanosecond,
  );
}
