import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { consoleKey } from "../../src/start/console-key.ts";
import { temporaryFolder } from "../support/running-advisor.ts";

const modeOf = (file: string): number => statSync(file).mode & 0o777;

describe("the key of the page", () => {
  test("is made once, for its owner alone, and stays the same", async () => {
    const folder = path.join(temporaryFolder(), "state");
    const key = await consoleKey(folder);
    expect(key).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(modeOf(path.join(folder, "console-key"))).toBe(0o600);
    expect(modeOf(folder)).toBe(0o700);
    expect(await consoleKey(folder)).toBe(key);
    expect(await consoleKey(path.join(folder, "another"))).not.toBe(key);
  });

  const old = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG";
  const write = (file: string, text: string, mode: number): void => {
    writeFileSync(file, text);
    chmodSync(file, mode);
  };
  test.each<[string, (file: string) => void]>([
    ["others could read", (file) => write(file, old, 0o644)],
    ["is empty", (file) => write(file, "", 0o600)],
    ["is short", (file) => write(file, "a", 0o600)],
    ["is a folder", (file) => mkdirSync(file, { mode: 0o700 })],
    [
      "points elsewhere",
      (file) => {
        write(`${file}.other`, old, 0o600);
        symlinkSync(`${file}.other`, file);
      },
    ],
  ])("is made anew where its file %s", async (_name, damage) => {
    const folder = temporaryFolder();
    const file = path.join(folder, "console-key");
    damage(file);
    const key = await consoleKey(folder);
    expect(key).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(key).not.toBe(old);
    expect(readFileSync(file, "utf8")).toBe(`${key}\n`);
    expect(modeOf(file)).toBe(0o600);
  });
});
