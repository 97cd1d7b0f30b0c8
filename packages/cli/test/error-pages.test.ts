import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { POLICY } from "./policy-files.ts";
import { flyball, folderWith, type Run } from "./run-flyball.ts";

const page = (code: string): string =>
  readFileSync(new URL(`../../../docs/reference/errors/${code}.md`, import.meta.url), "utf8");

interface Example {
  readonly kind: string;
  readonly info: string;
  readonly text: string;
}

function sectionsOf(code: string): readonly (readonly [title: string, examples: readonly Example[]])[] {
  return page(code)
    .split(/^### /m)
    .slice(1)
    .map((section) => [
      section.slice(0, section.indexOf("\n")),
      [...section.matchAll(/^```\w+ (wrong|right)([^\n]*)\n(.*?)^```$/gms)].map(
        ([, kind = "", info = "", text = ""]) => ({ kind, info, text }),
      ),
    ]);
}

/** For a regular expression. */
function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function containing(title: string): RegExp {
  return new RegExp(title.split("…").map(escaped).join(".+"));
}

describe("docs/reference/errors/source_error.md", () => {
  test.each(sectionsOf("source_error"))("%s", async (title, examples) => {
    const wrong = await readAll(examples.filter(({ kind }) => kind === "wrong"));
    expect(wrong).toMatchObject({ status: 2, stderr: expect.stringMatching(containing(title)) });
    expect(await readAll(examples.filter(({ kind }) => kind === "right"))).toMatchObject({ status: 0, stderr: "" });
  });
});

/** Reads the examples as files of one folder. */
function readAll(examples: readonly Example[]): Promise<Run> {
  const folder = folderWith({});
  for (const { info, text } of examples) {
    const file = join(folder, /file=(\S+)/.exec(info)?.[1] ?? "");
    mkdirSync(dirname(file), { recursive: true });
    const bytes = text.replace(/\\x([0-9a-f]{2})/g, (_, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 16)),
    );
    writeFileSync(file, info.includes("bytes") ? Buffer.from(bytes, "latin1") : text);
  }
  return flyball(folder, "eval", "1", "-d", ".");
}

describe("docs/reference/errors/usage_error.md", () => {
  test.each(sectionsOf("usage_error"))("%s", async (title, examples) => {
    for (const { kind, text } of examples) {
      const [, ...args] = text.trim().replace(/^\$ /, "").split(" ");
      const { status, stderr } = await flyball(folderWith(POLICY), ...args);
      if (kind === "right") expect(status).not.toBe(2);
      else expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringMatching(containing(title)) });
    }
  });
});
