import { gzipSync } from "node:zlib";
import { readPageFiles } from "@flyball/console";
import { describe, expect, test } from "vitest";

const files = new Map(readPageFiles().map((file) => [file.path, file]));
const textOf = (path: string): string => Buffer.from(files.get(path)?.bytes ?? []).toString("utf8");

describe("the page's files", () => {
  test("each have an address of their own and a type", () => {
    expect(files.size).toBe(readPageFiles().length);
    for (const { path, type, bytes } of files.values()) {
      expect(path).toMatch(/^\/(console\/[a-z0-9./-]+)?$/);
      expect(type).toMatch(/^[a-z]+\/[a-z0-9+]+/);
      expect(bytes.length).toBeGreaterThan(0);
    }
  });

  test("hold all that they name", () => {
    const named = [...textOf("/").matchAll(/(?:src|href)="(\/[^"]*)"/g)].map(([, path = ""]) => path);
    const inStyles = [...textOf("/console/console.css").matchAll(/url\("([^"]+)"\)/g)].map(([, path = ""]) => path);
    expect(named).toContain("/console/main.js");
    for (const path of [...named, ...inStyles]) expect([path, files.has(path)]).toEqual([path, true]);
    for (const [path, { type }] of files) {
      if (!type.startsWith("text/javascript")) continue;
      for (const [, specifier = ""] of textOf(path).matchAll(/^import .*from "([^"]+)";$/gm)) {
        const target = new URL(specifier, `http://page${path}`).pathname;
        expect([path, target, files.has(target)]).toEqual([path, target, true]);
      }
    }
  });

  test("have no types left that a browser would stumble over, and name no other host", () => {
    for (const [path, { type }] of files) {
      if (!type.startsWith("text/")) continue;
      if (type.startsWith("text/javascript")) expect(textOf(path)).not.toMatch(/^(import|export) type|^interface /m);
      if (!path.endsWith(".txt")) expect(textOf(path)).not.toMatch(/https?:\/\/(?!www\.w3\.org\/2000\/svg)/);
    }
  });

  test("are small: the whole page is less than 100 kB on its way, half of it the font", () => {
    const sizes = [...files.values()].map(({ bytes }) => Math.min(bytes.length, gzipSync(bytes).length));
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(100_000);
  });

  test("make no markup of text: no place where a parser of HTML could get in", () => {
    for (const [path, { type }] of files) {
      if (!type.startsWith("text/javascript")) continue;
      expect([
        path,
        /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|eval\(|new Function/.exec(textOf(path))?.[0],
      ]).toEqual([path, undefined]);
    }
  });
});
