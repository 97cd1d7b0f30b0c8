import { describe, expect, test } from "vitest";
import { barChart } from "../src/report/bar-chart.ts";

const chart = barChart({
  title: 'a < b & "c"',
  groups: [
    {
      title: "one",
      bars: [
        { label: "x", value: 100, text: "100 ns" },
        { label: "y", value: 10_000, text: "10 us" },
      ],
    },
    { title: "two", bars: [{ label: "x", value: 1_000, text: "1 us" }] },
  ],
});

const bars = [...chart.matchAll(/<rect x="190" y="(\d+)" width="([\d.]+)" height="15" fill="(#\w+)"\/>/g)].map(
  ([, y, width, fill]) => ({ y: Number(y), width: Number(width), fill }),
);

describe("a bar chart", () => {
  test("has a bar for each value, ten times being the same distance everywhere", () => {
    expect(bars).toHaveLength(3);
    const [x, y, again] = bars as [(typeof bars)[0], (typeof bars)[0], (typeof bars)[0]];
    expect(y.width - again.width).toBeCloseTo(again.width - x.width, -1);
    expect(x.y).toBeLessThan(y.y);
    expect(y.y).toBeLessThan(again.y);
  });

  test("gives a label one colour in all groups", () => {
    expect(bars[0]?.fill).toBe(bars[2]?.fill);
    expect(bars[0]?.fill).not.toBe(bars[1]?.fill);
  });

  test("is well-formed whatever the texts", () => {
    expect(chart).toContain("a &lt; b &amp; &quot;c&quot;");
    const open = [...chart.matchAll(/<(\w+)[^>]*?(\/?)>/g)]
      .filter(([, , closed]) => closed === "")
      .map(([, name]) => name);
    const close = [...chart.matchAll(/<\/(\w+)>/g)].map(([, name]) => name);
    expect(new Set(open)).toEqual(new Set(close));
    expect(open).toHaveLength(close.length);
  });

  test("is the same for the same values", () => {
    expect(
      barChart({ title: "t", groups: [{ title: "g", bars: [{ label: "l", value: 5, text: "5" }] }] }),
    ).toMatchInlineSnapshot(`
      "<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 860 123" width="860" height="123" font-family="system-ui, sans-serif" font-size="12" role="img" aria-label="t">
      <rect width="860" height="123" fill="#ffffff"/>
      <text x="8" y="26" font-size="16" font-weight="600" fill="#1f2328">t</text>
      <line x1="190" y1="44" x2="190" y2="93" stroke="#d0d7de"/>
      <line x1="770" y1="44" x2="770" y2="93" stroke="#d0d7de"/>
      <text x="8" y="64" text-anchor="start" font-weight="600" fill="#1f2328">g</text>
      <text x="182" y="86" text-anchor="end" font-weight="400" fill="#1f2328">l</text>
      <rect x="190" y="74" width="405.4" height="15" fill="#1f6feb"/>
      <text x="601.4" y="86" text-anchor="start" font-weight="400" fill="#1f2328">5</text>
      <text x="190" y="111" text-anchor="start" font-weight="400" fill="#1f2328">each line is ten times the one before</text>
      </svg>
      "
    `);
  });
});
