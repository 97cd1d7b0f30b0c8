import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { otherNode } from "./other-nodes.ts";

const PROGRAM = fileURLToPath(new URL("compile-digests.ts", import.meta.url));

function digests(node: string, order: "given" | "reversed"): readonly string[] {
  const { status, stdout, stderr } = spawnSync(node, ["--conditions=flyball-source", PROGRAM, order], {
    encoding: "utf8",
    timeout: 120_000,
  });
  expect({ status, stderr: stderr.replaceAll(/^.*ExperimentalWarning.*\n.*\n/gm, "") }).toEqual({
    status: 0,
    stderr: "",
  });
  return stdout.trim().split("\n");
}

describe("the same sources give the same bytes, types and diagnostics", () => {
  const here = digests(process.execPath, "given");

  it("whatever the order of the files", () => {
    expect(here.length).toBeGreaterThan(100);
    expect(digests(process.execPath, "reversed")).toEqual(here);
  });

  it.for([22, 24, 26])("on Node %i", { timeout: 240_000 }, (major, { skip }) => {
    const node = process.versions.node.startsWith(`${major}.`) ? process.execPath : otherNode(major);
    if (node === undefined) {
      console.warn(`SKIPPED: Node ${major} cannot be had here, so its bytes are not compared`);
      return skip("no such Node");
    }
    expect(digests(node, "given")).toEqual(here);
  });
});
