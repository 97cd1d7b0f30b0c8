import { describe, expect, it } from "vitest";
import { zoneOffset } from "../src/time/zone-offset.ts";

/** The platform's own answer. */
function platformOffset(seconds: number, timeZone: string): number {
  const text = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  }).format(new Date(seconds * 1000));
  const [, day, month, year, clock] = /^(\d\d)\/(\d\d)\/(\d{4}), (.*)$/.exec(text) ?? [];
  return Date.parse(`${year}-${month}-${day}T${clock}Z`) / 1000 - seconds;
}

describe("offsets of zones", () => {
  const zones = [
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kolkata",
    "Pacific/Apia",
    "America/Asuncion",
  ];

  it.each(zones)("%s: are the platform's, asked in any order", (zone) => {
    const start = Date.UTC(2023, 0, 1) / 1000;
    const moments = Array.from({ length: 400 }, (_, index) => start + ((index * 7_919_123) % (3 * 366 * 86_400)));
    for (const moment of moments) expect(zoneOffset(moment, zone), String(moment)).toBe(platformOffset(moment, zone));
  });

  it("change at the second", () => {
    const spring = Date.UTC(2024, 2, 10, 7) / 1000;
    expect([spring - 1, spring, spring - 1].map((moment) => zoneOffset(moment, "America/New_York"))).toEqual([
      -18_000, -14_400, -18_000,
    ]);
    const samoaSkipsADay = Date.UTC(2011, 11, 30, 10) / 1000;
    expect([samoaSkipsADay - 1, samoaSkipsADay].map((moment) => zoneOffset(moment, "Pacific/Apia"))).toEqual([
      -36_000, 50_400,
    ]);
  });

  it("are zero for UTC under each of its names, and errors for what is no zone", () => {
    for (const zone of ["", "UTC", "Local"]) expect(zoneOffset(0, zone)).toBe(0);
    for (const zone of ["+01:00", "europe/berlin", "Nowhere/Land", "../etc", "__proto__"])
      expect(() => zoneOffset(0, zone), zone).toThrow("unknown time zone");
  });
});
