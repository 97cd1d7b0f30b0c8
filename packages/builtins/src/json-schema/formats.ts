import { BuiltinError } from "@flyball/engine";
import { byteLength } from "../bytes.ts";
import { parseIp } from "../net/ip-address.ts";
import { compileExpression } from "../patterns/compiled-expressions.ts";
import { parseTime } from "../time/parse-time.ts";
import { parseUrl } from "../url/parse-url.ts";
import { isMailAddress } from "./mail-address.ts";

/** What OPA's library takes for each `format`, which is often more than the format's own standard does. */
const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  date: (text) => isTime(text, ["2006-01-02"]),
  time: (text) => isTime(text, ["15:04:05Z07:00", "15:04:05"]),
  "date-time": (text) => isTime(text, ["15:04:05", "15:04:05Z07:00", "2006-01-02", "2006-01-02T15:04:05Z07:00"]),
  hostname: (text) => byteLength(text) < 256 && HOSTNAME.test(text),
  email: isMailAddress,
  "idn-email": isMailAddress,
  ipv4: (text) => text.includes(".") && parseIp(text) !== undefined,
  ipv6: (text) => text.includes(":") && parseIp(text) !== undefined,
  uri: isAbsoluteUrl,
  iri: isAbsoluteUrl,
  "uri-reference": isUrl,
  "iri-reference": isUrl,
  "uri-template": (text) => isUrl(text) && hasClosedBraces(parseUrl(text)?.path ?? ""),
  uuid: (text) => /^[a-f0-9]{8}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{4}-[a-f0-9]{12}$/i.test(text),
  regex: isExpression,
  "json-pointer": (text) => /^(?:\/(?:[^~/]|~0|~1)*)*$/.test(text),
  "relative-json-pointer": (text) => /^(?:0|[1-9][0-9]*)(?:#|(?:\/(?:[^~/]|~0|~1)*)*)$/.test(text),
};

const HOSTNAME =
  /^([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]{0,61}[a-zA-Z0-9])(\.([a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]{0,61}[a-zA-Z0-9]))*$/;

/** Whether the text has the format; formats that are not known allow everything. */
export function matchesFormat(format: string, text: string): boolean {
  return !Object.hasOwn(FORMATS, format) || FORMATS[format]?.(text) === true;
}

function isTime(text: string, layouts: readonly string[]): boolean {
  return layouts.some((layout) => succeeds(() => parseTime(layout, text)));
}

function isUrl(text: string): boolean {
  return parseUrl(text) !== undefined && !text.includes("\\");
}

function isAbsoluteUrl(text: string): boolean {
  return isUrl(text) && parseUrl(text)?.scheme !== "";
}

/** Each { is followed by a }. */
function hasClosedBraces(path: string): boolean {
  return path.lastIndexOf("{") <= path.lastIndexOf("}");
}

function isExpression(text: string): boolean {
  return text === "" || succeeds(() => compileExpression(text));
}

function succeeds(attempt: () => unknown): boolean {
  try {
    attempt();
    return true;
  } catch (error) {
    if (error instanceof BuiltinError) return false;
    throw error;
  }
}
