/** Zones at the start of a text that is parsed as a time. */

/** An offset in the form that an element of a layout shows: `-0700`, `Z07:00:00`. Hours up to 24 and minutes and seconds up to 60 are taken, as in Go. */
export function readOffset(
  element: string,
  text: string,
): { readonly offsetSeconds: number; readonly length: number } | undefined {
  if (element.startsWith("Z") && text.startsWith("Z")) return { offsetSeconds: 0, length: 1 };
  const separator = element.includes(":") ? ":" : "";
  const fields = element.replace(/\D/g, "").length / 2;
  const match = new RegExp(`^([+-])${Array.from({ length: fields }, () => "(\\d{2})").join(separator)}`).exec(text);
  if (match === null) return undefined;
  const [hours = 0, minutes = 0, seconds = 0] = match.slice(2).map(Number);
  if (hours > 24 || minutes > 60 || seconds > 60) return undefined;
  const magnitude = hours * 3600 + minutes * 60 + seconds;
  return { offsetSeconds: match[1] === "-" ? -magnitude : magnitude, length: match[0].length };
}

/** How long the abbreviation of a zone is: three capitals, four or five that end in T, a few others, `GMT-3`, `+03`. Its offset is not known from it. */
export function readZoneName(text: string): number | undefined {
  if (text.startsWith("UTC")) return 3;
  if (/^(ChST|MeST)/.test(text)) return 4;
  if (text.startsWith("GMT")) return 3 + signedHours(text.slice(3));
  if (/^[+-]/.test(text)) return text.length < 3 ? undefined : signedHours(text) || undefined;
  const capitals = /^[A-Z]{0,6}/.exec(text)?.[0] ?? "";
  if (capitals.length === 3) return 3;
  if (capitals.length === 4) return capitals.endsWith("T") || capitals === "WITA" ? 4 : undefined;
  return capitals.length === 5 && capitals.endsWith("T") ? 5 : undefined;
}

/** The length of a sign and hours up to 23, or 0. */
function signedHours(text: string): number {
  const [whole, digits] = /^[+-](\d+)/.exec(text) ?? [];
  return whole !== undefined && Number(digits) <= 23 ? whole.length : 0;
}
