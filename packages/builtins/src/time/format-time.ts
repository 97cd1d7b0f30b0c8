import type { CivilTime } from "./civil-time.ts";
import { MONTHS, parseLayout, WEEKDAYS } from "./layout.ts";
import { zoneAbbreviation } from "./zone-names.ts";

/** A time in a Go layout. Source: Go's package time, Time.Format. */
export function formatTime(time: CivilTime, layout: string): string {
  return parseLayout(layout)
    .map((part) => (part.kind === "text" ? part.text : formatElement(time, part.element)))
    .join("");
}

function formatElement(time: CivilTime, element: string): string {
  const hour12 = time.hour % 12 === 0 ? 12 : time.hour % 12;
  switch (element) {
    case "2006":
      return pad(time.year, 4);
    case "06":
      return pad(Math.abs(time.year) % 100, 2);
    case "January":
      return MONTHS[time.month - 1] ?? "";
    case "Jan":
      return (MONTHS[time.month - 1] ?? "").slice(0, 3);
    case "01":
      return pad(time.month, 2);
    case "1":
      return String(time.month);
    case "Monday":
      return WEEKDAYS[time.weekday] ?? "";
    case "Mon":
      return (WEEKDAYS[time.weekday] ?? "").slice(0, 3);
    case "02":
      return pad(time.day, 2);
    case "_2":
      return String(time.day).padStart(2, " ");
    case "2":
      return String(time.day);
    case "002":
      return pad(dayOfYear(time), 3);
    case "__2":
      return String(dayOfYear(time)).padStart(3, " ");
    case "15":
      return pad(time.hour, 2);
    case "03":
      return pad(hour12, 2);
    case "3":
      return String(hour12);
    case "04":
      return pad(time.minute, 2);
    case "4":
      return String(time.minute);
    case "05":
      return pad(time.second, 2);
    case "5":
      return String(time.second);
    case "PM":
      return time.hour >= 12 ? "PM" : "AM";
    case "pm":
      return time.hour >= 12 ? "pm" : "am";
    case "MST":
      return time.offsetSeconds === 0 && /^(|UTC|Local)$/.test(time.zone)
        ? "UTC"
        : zoneAbbreviation(time.zone, time.offsetSeconds);
    default:
      return /^[.,]/.test(element) ? fraction(time.nanosecond, element) : offset(time.offsetSeconds, element);
  }
}

function fraction(nanosecond: number, element: string): string {
  const digits = pad(nanosecond, 9).slice(0, element.length - 1);
  if (element.charAt(1) === "0") return element.charAt(0) + digits;
  const kept = digits.replace(/0+$/, "");
  return kept === "" ? "" : element.charAt(0) + kept;
}

function offset(seconds: number, element: string): string {
  if (element.startsWith("Z") && seconds === 0) return "Z";
  const magnitude = Math.abs(seconds);
  const separator = element.includes(":") ? ":" : "";
  const fields = [Math.floor(magnitude / 3600), Math.floor(magnitude / 60) % 60, magnitude % 60];
  const digits = element.replace(/[^\d]/g, "").length;
  return (
    (seconds <= -60 ? "-" : "+") +
    fields
      .slice(0, digits / 2)
      .map((field) => pad(field, 2))
      .join(separator)
  );
}

function dayOfYear(time: CivilTime): number {
  const start = new Date(0).setUTCFullYear(time.year, 0, 1);
  const day = new Date(0).setUTCFullYear(time.year, time.month - 1, time.day);
  return Math.round((day - start) / 86_400_000) + 1;
}

function pad(value: number, width: number): string {
  return value < 0 ? `-${String(-value).padStart(width, "0")}` : String(value).padStart(width, "0");
}
