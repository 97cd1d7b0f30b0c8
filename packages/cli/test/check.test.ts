import { describe, expect, test } from "vitest";
import { POLICY } from "./policy-files.ts";
import { flyball, flyballWith, folderWith } from "./run-flyball.ts";

describe("flyball check", () => {
  test("shows the line, a caret and a way out", async () => {
    const folder = folderWith({ "bad.rego": "package a\n\nallow { true }\n" });
    const { status, stderr } = await flyball(folder, "check", "bad.rego");
    expect(status).toBe(1);
    expect(stderr).toContain("bad.rego:3:7: rego_parse_error");
    expect(stderr).toContain("  3 | allow { true }\n    |       ^");
    expect(stderr).toContain("write `if {`");
  });

  test("tells the mistakes of all files at once, and how many there are", async () => {
    const folder = folderWith({ "a.rego": "package a\n\np := x\n", "b.rego": "package b\n\np := y\n\nq := z\n" });
    const { stderr } = await flyball(folder, "check", "a.rego", "b.rego");
    expect(stderr.match(/rego_unsafe_var_error/g)).toHaveLength(3);
    expect(stderr).toMatch(/\n3 errors\n$/);
  });

  test("prints mistakes as JSON with their places", async () => {
    const folder = folderWith({ "bad.rego": "package a\n\np := x\n" });
    const { status, stdout, stderr } = await flyball(folder, "check", "bad.rego", "--json");
    expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({
      errors: [{ code: "rego_unsafe_var_error", location: { file: "bad.rego", row: 3 } }],
    });
  });

  test("says nothing about a good policy", async () => {
    const folder = folderWith(POLICY);
    expect(await flyball(folder, "check", "p")).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(await flyball(folder, "check", "p", "--json")).toEqual({ status: 0, stdout: "{}\n", stderr: "" });
  });

  test("refuses more when it is strict", async () => {
    const folder = folderWith({ "a.rego": "package a\n\nimport data.unused\n\np := 1\n" });
    expect(await flyball(folder, "check", "a.rego")).toMatchObject({ status: 0 });
    expect(await flyball(folder, "check", "--strict", "a.rego")).toMatchObject({ status: 1 });
  });

  test("colours what people see, and leaves the text as it is otherwise", async () => {
    const folder = folderWith({ "bad.rego": "package a\n\nallow { true }\n" });
    const plain = await flyball(folder, "check", "bad.rego");
    const painted = await flyballWith({ colours: { out: true, err: true } }, folder, "check", "bad.rego");
    expect(painted.stderr).toContain("\u001B[31mrego_parse_error\u001B[0m");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the colours
    expect(painted.stderr.replaceAll(/\u001B\[\d+m/g, "")).toBe(plain.stderr);
  });

  test("names the flag that raises a limit", async () => {
    const folder = folderWith({ "deep.rego": `package a\n\nx := ${"[".repeat(600)}${"]".repeat(600)}\n` });
    const { status, stderr } = await flyball(folder, "check", "deep.rego");
    expect(status).toBe(1);
    expect(stderr).toContain("more than 500 levels deep");
    expect(stderr).toContain("--max-nesting");
    expect(await flyball(folder, "check", "deep.rego", "--max-nesting", "700")).toMatchObject({ status: 0 });
  });
});
