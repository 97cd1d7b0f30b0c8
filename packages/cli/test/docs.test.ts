import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { COMMANDS } from "../src/commands.ts";
import { flyball, folderWith } from "./run-flyball.ts";

const PAGE = readFileSync(fileURLToPath(new URL("../../../docs/reference/cli.md", import.meta.url)), "utf8");

/** The page's fenced blocks that are files or sessions, in order. */
const BLOCKS = [...PAGE.matchAll(/^```(\w+)(?: file=(\S+))?\n(.*?)^```$/gms)].map(
  ([, language = "", file, text = ""]) => ({ language, file, text }),
);

/** What differs from version to version: digests, sizes and bounds. */
function settled(text: string): string {
  return text
    .replaceAll(/sha256:[0-9a-f]+/g, "sha256:...")
    .replaceAll(/\d+(\.\d+)? KiB/g, "N KiB")
    .replaceAll(/fuel {5}at most \d+/g, "fuel     at most N")
    .replace(/(size by part\n).*$/s, "$1");
}

interface Step {
  readonly command: string;
  readonly printed: string;
}

function stepsOf(session: string): readonly Step[] {
  return session
    .split(/^\$ /m)
    .slice(1)
    .map((step) => {
      const [command = "", ...printed] = step.split("\n");
      return { command, printed: printed.join("\n") };
    });
}

/** Words of a shell's line; quotes hold words together. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}

async function printedBy(folder: string, command: string): Promise<string> {
  const [program, ...args] = wordsOf(command);
  if (program === "cat") return readFileSync(join(folder, args[0] ?? ""), "utf8");
  if (program !== "flyball") throw new Error(`the page runs ${program}`);
  const { status, stdout, stderr } = await flyball(folder, ...args);
  return `${stdout}${stderr}${status === 0 ? "" : `[${status}]\n`}`;
}

describe("docs/reference/cli.md", () => {
  test("shows what the commands print", async () => {
    const folder = folderWith({});
    let steps = 0;
    for (const { language, file, text } of BLOCKS) {
      if (file !== undefined) {
        mkdirSync(dirname(join(folder, file)), { recursive: true });
        writeFileSync(join(folder, file), text);
      }
      for (const { command, printed } of language === "console" ? stepsOf(text) : []) {
        expect(`$ ${command}\n${settled(await printedBy(folder, command))}`).toBe(`$ ${command}\n${settled(printed)}`);
        steps++;
      }
    }
    expect(steps).toBeGreaterThan(14);
    expect(existsSync(join(folder, "policy.wasm"))).toBe(true);
  });

  test.each(COMMANDS.map((command) => [command.name, command] as const))("names every flag of %s", (name, command) => {
    const section = PAGE.split(`\n## ${name}\n`)[1]?.split("\n## ")[0] ?? "";
    const common = PAGE.split("**Flags of every command")[1]?.split("The examples below")[0] ?? "";
    for (const [flag, { short, value }] of Object.entries(command.flags)) {
      const written = `\`--${flag}${value === undefined ? "" : ` ${value}`}\``;
      if (common.includes(written)) continue;
      expect(section).toContain(short === undefined ? `| ${written} |` : `| \`-${short}\`, ${written} |`);
    }
    for (const form of command.forms.filter((each) => name !== "completion" && each !== ""))
      expect(section).toContain(`\`flyball ${name} ${form}\``);
  });

  test("documents no flag that there is not", () => {
    for (const command of COMMANDS) {
      const section = PAGE.split(`\n## ${command.name}\n`)[1]?.split("\n## ")[0] ?? "";
      const documented = [...section.matchAll(/^\| (?:`-\w`, )?`--([\w-]+)/gm)].map(([, flag]) => flag ?? "");
      for (const flag of documented) expect(Object.keys(command.flags)).toContain(flag);
    }
  });
});
