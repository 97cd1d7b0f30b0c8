import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { flyball, flyballWith, folderWith } from "./run-flyball.ts";

const LOOSE = "package a\np   if input.x==1\n";
const NEAT = "package a\n\np if input.x == 1\n";

describe("flyball fmt", () => {
  test("prints the formatted text and leaves the file", async () => {
    const folder = folderWith({ "a.rego": LOOSE });
    expect(await flyball(folder, "fmt", "a.rego")).toEqual({ status: 0, stdout: NEAT, stderr: "" });
    expect(readFileSync(join(folder, "a.rego"), "utf8")).toBe(LOOSE);
  });

  test("writes the file, once", async () => {
    const folder = folderWith({ "d/a.rego": LOOSE, "d/b.rego": NEAT });
    expect(await flyball(folder, "fmt", "-w", "d")).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(readFileSync(join(folder, "d/a.rego"), "utf8")).toBe(NEAT);
    expect((await flyball(folder, "fmt", "--diff", "d")).stdout).toBe("");
  });

  test("lists what would change", async () => {
    const folder = folderWith({ "d/a.rego": LOOSE, "d/b.rego": NEAT });
    expect(await flyball(folder, "fmt", "--check", "d")).toEqual({ status: 1, stdout: "d/a.rego\n", stderr: "" });
    expect(await flyball(folder, "fmt", "--list", "d")).toEqual({ status: 0, stdout: "d/a.rego\n", stderr: "" });
    expect(await flyball(folder, "fmt", "--check", "d/b.rego")).toEqual({ status: 0, stdout: "", stderr: "" });
    expect((await flyball(folder, "fmt", "--diff", "--fail", "d")).status).toBe(1);
  });

  test("shows a difference that patch reads", async () => {
    const before = `package a\n\n${"x := 1\n\n".repeat(9)}y:=2\n\n${"z := 1\n\n".repeat(9)}p   if true\n`;
    const { stdout } = await flyball(folderWith({ "a.rego": before }), "fmt", "--diff", "a.rego");
    expect(stdout).toContain(
      "--- a.rego\n+++ a.rego\n@@ -18,7 +18,7 @@\n \n x := 1\n \n-y:=2\n+y := 2\n \n z := 1\n \n",
    );
    expect(stdout.match(/^@@/gm)).toHaveLength(2);
  });

  test("formats standard input", async () => {
    const stdin = () => new TextEncoder().encode(LOOSE);
    expect((await flyballWith({ stdin }, folderWith({}), "fmt")).stdout).toBe(NEAT);
  });

  test("leaves a file with mistakes and reports them, and formats the others", async () => {
    const folder = folderWith({ "a.rego": LOOSE, "bad.rego": "package a\n\np if {\n" });
    const { status, stderr } = await flyball(folder, "fmt", "-w", ".");
    expect(status).toBe(1);
    expect(stderr).toContain("bad.rego:");
    expect(readFileSync(join(folder, "bad.rego"), "utf8")).toBe("package a\n\np if {\n");
    expect(readFileSync(join(folder, "a.rego"), "utf8")).toBe(NEAT);
  });

  test("formats v0 as v0", async () => {
    const folder = folderWith({ "a.rego": "package a\np{input.x==1}\n" });
    const { status, stdout } = await flyball(folder, "fmt", "--v0-compatible", "a.rego");
    expect({ status, stdout }).toEqual({ status: 0, stdout: "package a\n\np {\n\tinput.x == 1\n}\n" });
  });

  test("answers as JSON", async () => {
    const { stdout } = await flyball(folderWith({ "a.rego": LOOSE }), "fmt", "--json", "a.rego");
    expect(JSON.parse(stdout)).toEqual({ files: [{ file: "a.rego", changed: true, formatted: NEAT }] });
  });

  test.each([
    [["-w", "--check", "a.rego"], "give one of them"],
    [["-w"], "fmt -w needs the path"],
    [["b.tar.gz"], "is a bundle"],
  ])("refuses %j", async (args, message) => {
    const { status, stderr } = await flyball(folderWith({ "a.rego": LOOSE }), "fmt", ...args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});
