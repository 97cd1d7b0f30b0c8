import { type DerReader, DerTag, latinText, malformed, readElement } from "../crypto/der.ts";
import { daysIn, secondsOf } from "../time/calendar.ts";

export interface CertificateTime {
  readonly seconds: number;
  /** As Go writes it into JSON. */
  readonly text: string;
}

/** A time of a certificate's validity: UTCTime, or GeneralizedTime. Throws `BuiltinError`. Source: RFC 5280, section 4.1.2.5, with the zones that Go allows. */
export function readTime(reader: DerReader): CertificateTime {
  const { tag, contents } = readElement(reader);
  const isShort = tag === DerTag.utcTime;
  if (!isShort && tag !== DerTag.generalizedTime) throw malformed(reader);
  const pattern = isShort
    ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(Z|[+-]\d{4})$/
    : /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(Z|[+-]\d{4})$/;
  const match = pattern.exec(latinText(contents));
  if (match === null) throw malformed(reader);
  const [, ...parts] = match;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts
    .slice(0, 6)
    .map((part) => Number(part ?? 0));
  const zone = parts[6] ?? "Z";
  // Two digits are of the years from 1950 on.
  const full = isShort ? (year < 50 ? 2000 + year : 1900 + year) : year;
  const isDate = month >= 1 && month <= 12 && day >= 1 && day <= daysIn(full, month);
  if (!isDate || hour > 23 || minute > 59 || second > 59 || /^[+-]0000$/.test(zone)) throw malformed(reader);
  const offset =
    zone === "Z" ? 0 : (zone.startsWith("-") ? -1 : 1) * (Number(zone.slice(1, 3)) * 3600 + Number(zone.slice(3)) * 60);
  const two = (number: number) => String(number).padStart(2, "0");
  const text = `${String(full).padStart(4, "0")}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}`;
  return {
    seconds: secondsOf({ year: full, month, day, hour, minute, second }) - offset,
    text: text + (zone === "Z" ? "Z" : `${zone.slice(0, 3)}:${zone.slice(3)}`),
  };
}
