import { describe, expect, test } from "vitest";
import { readSet } from "../../src/lower/read-set.ts";

describe("readSet", () => {
  test("gives each path a slot", () => {
    const set = readSet({ reads: [["role"], ["action", "amount"]], replaced: [] }, false);
    expect(set.paths).toEqual([["role"], ["action", "amount"]]);
    expect(set.find(["action", "amount"])).toEqual({ slot: 1, rest: [] });
  });

  test("drops paths that a shorter one covers", () => {
    const set = readSet({ reads: [["a", "b"], ["a"], ["a", "c"], ["ab"]], replaced: [] }, false);
    expect(set.paths).toEqual([["a"], ["ab"]]);
    expect(set.find(["a", "b"])).toEqual({ slot: 0, rest: ["b"] });
  });

  test("keeps a number and a text apart", () => {
    const set = readSet(
      {
        reads: [
          ["a", 0],
          ["a", "0"],
        ],
        replaced: [],
      },
      false,
    );
    expect(set.paths).toEqual([
      ["a", 0],
      ["a", "0"],
    ]);
  });

  test("reads everything through one slot when told to", () => {
    const set = readSet({ reads: [["a", "b"], ["c"]], replaced: [] }, true);
    expect(set.paths).toEqual([[]]);
    expect(set.find(["a", "b"])).toEqual({ slot: 0, rest: ["a", "b"] });
  });

  test("gives no slot a path longer than the engine takes, and walks the rest", () => {
    const path = Array.from({ length: 100 }, (_, step) => `s${step}`);
    const set = readSet({ reads: [path], replaced: [] }, false);
    expect(set.paths).toEqual([path.slice(0, 64)]);
    expect(set.find(path)).toEqual({ slot: 0, rest: path.slice(64) });
  });

  test("has no slot where nothing is read", () => {
    expect(readSet({ reads: [], replaced: [["a"]] }, true).paths).toEqual([]);
  });

  test("takes in the place that a replacement would turn from an array into an object", () => {
    const set = readSet(
      {
        reads: [
          ["list", 0, "x"],
          ["list", "name"],
        ],
        replaced: [["list", "name"]],
      },
      false,
    );
    expect(set.paths).toEqual([["list"]]);
  });
});
