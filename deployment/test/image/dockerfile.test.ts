import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { imageConfig } from "../../image/image-config.ts";
import { imageSteps } from "../../image/image-steps.ts";
import { readDeployment, repositoryFolder } from "../support/read-deployment.ts";
import { readDockerfile } from "../support/read-dockerfile.ts";

const [build, final, ...others] = readDockerfile();
if (build === undefined || final === undefined) throw new Error("the Dockerfile has fewer than two stages");
const argumentsOf = (stage: typeof build, keyword: string): readonly string[] =>
  stage.instructions.filter((each) => each.keyword === keyword).map(({ text }) => text);

describe("the Dockerfile", () => {
  test("has two stages, both from images pinned by digest", () => {
    expect(others).toEqual([]);
    for (const { image } of [build, final]) expect(image).toMatch(/^[-a-z0-9./]+:[-a-z0-9.]+@sha256:[0-9a-f]{64}$/);
  });

  test("ends in a distroless image for the Node that the repository is pinned to", () => {
    expect(final.image).toMatch(/^gcr\.io\/distroless\/nodejs26-debian13:nonroot@/);
    expect(build.image).toMatch(/^node:26-/);
  });

  test("runs the steps that assemble a root filesystem without Docker, all of them and no other", () => {
    expect(argumentsOf(build, "RUN")).toEqual(imageSteps("/out").map(({ command }) => command.join(" ")));
  });

  test("checks, tests and compiles the policies, and proves the result last", () => {
    const steps = imageSteps("/out").map(({ command }) => command.slice(1).join(" "));
    const at = (start: string): number => steps.findIndex((step) => step.startsWith(start));
    const order = ["check --strict policies", "test policies", "build policies"].map((each) =>
      at(`packages/cli/bin/flyball.js ${each}`),
    );
    expect(order).toEqual([...order].sort((a, b) => a - b));
    expect(order).not.toContain(-1);
    expect(at("deployment/image/verify-app.ts")).toBe(steps.length - 1);
  });

  test("proves the result on the very Node of the final image", () => {
    expect(argumentsOf(build, "COPY")[0]).toBe(`--from=${final.image} /nodejs/bin/node /out/nodejs/bin/node`);
  });

  test("puts into the final image nothing but the application, and runs nothing there", () => {
    expect(final.instructions.map(({ keyword }) => keyword).sort()).toEqual(
      ["CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "USER", "WORKDIR"].sort(),
    );
    expect(argumentsOf(final, "COPY")).toEqual(["--from=build /out/app /app"]);
  });

  test("runs as image-config.ts says: numeric user, no shell, settings", () => {
    const { user, entrypoint, command, workingFolder, environment, port } = imageConfig;
    expect(argumentsOf(final, "USER")).toEqual([`${user.uid}:${user.gid}`]);
    expect(user.uid).toBeGreaterThan(0);
    expect(JSON.parse(argumentsOf(final, "ENTRYPOINT")[0] ?? "")).toEqual(entrypoint);
    expect(JSON.parse(argumentsOf(final, "CMD")[0] ?? "")).toEqual(command);
    expect(argumentsOf(final, "WORKDIR")).toEqual([workingFolder]);
    expect(argumentsOf(final, "EXPOSE")).toEqual([String(port)]);
    const variables = (argumentsOf(final, "ENV")[0] ?? "").split(" ").map((each) => each.split("="));
    expect(Object.fromEntries(variables)).toEqual(environment);
  });

  test("starts the service's entry, which is compiled from a source that exists", () => {
    const [entry = ""] = imageConfig.command;
    const source = entry
      .replace(/^\/app\//, "")
      .replace("/dist/", "/src/")
      .replace(/\.js$/, ".ts");
    expect(source).toBe("apps/advisor/src/main.ts");
    expect(existsSync(path.join(repositoryFolder, source))).toBe(true);
  });
});

describe("what the build may see", () => {
  const lines = readDeployment("Dockerfile.dockerignore")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));

  test("is named one by one: everything else stays outside", () => {
    expect(lines[0]).toBe("*");
  });

  test("exists, and holds every file that a step names", () => {
    const seen = lines.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
    for (const each of seen.filter((line) => !line.includes("*"))) {
      expect(existsSync(path.join(repositoryFolder, each)), each).toBe(true);
    }
    // npm refuses a lockfile that names a workspace which is not there.
    const { workspaces } = JSON.parse(readFileSync(path.join(repositoryFolder, "package.json"), "utf8"));
    for (const workspace of workspaces) expect(seen).toContain(workspace.replace(/\/\*$/, ""));
    const named = imageSteps("/out").flatMap(({ command }) => command.filter((part) => /\.(c?js|ts)$/.test(part)));
    for (const file of named)
      expect(
        seen.some((each) => file.startsWith(`${each}/`)),
        file,
      ).toBe(true);
  });

  test("holds no dependency, no build and no state of the checkout", () => {
    expect(lines).toEqual(expect.arrayContaining(["**/node_modules", "**/dist", "**/.flyball", "**/policy.wasm"]));
  });
});
