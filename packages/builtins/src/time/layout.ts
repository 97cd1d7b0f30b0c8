export const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;
export const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;

/** The layouts that OPA knows by name: Go's constants. */
export const NAMED_LAYOUTS: ReadonlyMap<string, string> = new Map([
  ["ANSIC", "Mon Jan _2 15:04:05 2006"],
  ["UnixDate", "Mon Jan _2 15:04:05 MST 2006"],
  ["RubyDate", "Mon Jan 02 15:04:05 -0700 2006"],
  ["RFC822", "02 Jan 06 15:04 MST"],
  ["RFC822Z", "02 Jan 06 15:04 -0700"],
  ["RFC850", "Monday, 02-Jan-06 15:04:05 MST"],
  ["RFC1123", "Mon, 02 Jan 2006 15:04:05 MST"],
  ["RFC1123Z", "Mon, 02 Jan 2006 15:04:05 -0700"],
  ["RFC3339", "2006-01-02T15:04:05Z07:00"],
  ["RFC3339Nano", "2006-01-02T15:04:05.999999999Z07:00"],
]);

export const RFC3339_NANO = "2006-01-02T15:04:05.999999999Z07:00";

/** One element of Go's reference time, `Mon Jan 2 15:04:05 MST 2006`, or text between. */
export type LayoutPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "element"; readonly element: string };

const ELEMENTS =
  /January|Jan|Monday|Mon|MST|2006|__2|_2006|_2|002|01|02|03|04|05|06|15|-07:00:00|-07:00|-070000|-0700|-07|Z07:00:00|Z07:00|Z070000|Z0700|Z07|PM|pm|[.,]0+(?!\d)|[.,]9+(?!\d)|1|2|3|4|5/g;

/** Splits a Go layout. A fraction counts only after seconds' digits, as everywhere in layouts that people write. */
export function parseLayout(layout: string): readonly LayoutPart[] {
  const parts: LayoutPart[] = [];
  let at = 0;
  for (const match of layout.matchAll(ELEMENTS)) {
    const element = match[0];
    // `Jan` in `Janet` and `Mon` in `Month` are text, as in Go.
    const isWordStart = (element === "Jan" || element === "Mon") && /^[a-z]/.test(layout.slice(match.index + 3));
    if (isWordStart) continue;
    if (match.index > at) parts.push({ kind: "text", text: layout.slice(at, match.index) });
    if (element === "_2006") parts.push({ kind: "text", text: "_" }, { kind: "element", element: "2006" });
    else parts.push({ kind: "element", element });
    at = match.index + element.length;
  }
  if (at < layout.length) parts.push({ kind: "text", text: layout.slice(at) });
  return parts;
}
