// docs/reference/governor.md says what holds and which test shows it: each named test is there, under that name.

import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

const page = readFileSync(path.resolve(import.meta.dirname, "../../../docs/reference/governor.md"), "utf8");

interface Shown {
  readonly file: string;
  /** Parts of names of tests in the file; none where the whole file shows it. */
  readonly tests: readonly string[];
}

/** The last cell of each row: files in back quotes, each followed by the names of its tests in quotes. */
function shownBy(section: string): readonly (readonly [promise: string, shown: readonly Shown[]])[] {
  const rows =
    page
      .split(`\n## ${section}\n`)[1]
      ?.split("\n## ")[0]
      ?.match(/^\|.*\|$/gm) ?? [];
  return rows.slice(2).map((row) => {
    const cells = row.split(" | ");
    const last = cells.at(-1) ?? "";
    const shown = last.split("`").flatMap((part, index, parts) => {
      if (index % 2 === 0) return [];
      const tests = [...(parts[index + 1] ?? "").matchAll(/"([^"]+)"/g)].map(([, name = ""]) => name);
      return [{ file: part, tests }];
    });
    return [cells[0]?.replace("| ", "") ?? "", shown];
  });
}

describe.each(["What holds", "When something is wrong"])("%s", (section) => {
  const rows = shownBy(section);

  test("is a table", () => {
    expect(rows.length).toBeGreaterThan(12);
  });

  test.each(rows)("%s", (_promise, shown) => {
    expect(shown.length).toBeGreaterThan(0);
    for (const { file, tests } of shown) {
      const text = readFileSync(path.join(import.meta.dirname, file), "utf8").replaceAll(/\s+/g, " ");
      for (const name of tests) expect(text, file).toContain(name);
    }
  });
});
