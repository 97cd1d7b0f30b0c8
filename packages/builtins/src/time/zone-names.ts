import { ZONE_ABBREVIATIONS } from "./zone-abbreviations.ts";

/** Abbreviations by the offset in seconds, by the zone's name. */
let abbreviations: ReadonlyMap<string, ReadonlyMap<number, string>> | undefined;
let spellings: ReadonlyMap<string, string> | undefined;

/** The abbreviation that a zone uses at an offset: `EST`; where it has none `-03` or `+0530`. */
export function zoneAbbreviation(zone: string, offsetSeconds: number): string {
  abbreviations ??= readAbbreviations();
  return abbreviations.get(zone)?.get(offsetSeconds) ?? numericName(offsetSeconds);
}

/** Whether the name is spelt as the tz database spells it: the platform takes any letter case. A name that the database here does not have is left to the platform. */
export function isSpelling(zone: string): boolean {
  abbreviations ??= readAbbreviations();
  spellings ??= new Map(Array.from(abbreviations.keys(), (name) => [name.toLowerCase(), name]));
  return abbreviations.has(zone) || !spellings.has(zone.toLowerCase());
}

function readAbbreviations(): ReadonlyMap<string, ReadonlyMap<number, string>> {
  return new Map(
    ZONE_ABBREVIATIONS.trim()
      .split("\n")
      .flatMap((line) => {
        const [pairs = "", names = ""] = line.split("=");
        const byOffset = new Map(pairs === "" ? [] : pairs.split(",").map(readPair));
        return names.split(",").map((name) => [name, byOffset] as const);
      }),
  );
}

function readPair(pair: string): [number, string] {
  const [name = "", offset = ""] = pair.split(":");
  return [offset.endsWith("s") ? Number(offset.slice(0, -1)) : Number(offset) * 60, name];
}

function numericName(offsetSeconds: number): string {
  const minutes = Math.trunc(Math.abs(offsetSeconds) / 60);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60].map((field) => String(field).padStart(2, "0"));
  return `${offsetSeconds < 0 ? "-" : "+"}${hours}${rest === "00" ? "" : rest}`;
}
