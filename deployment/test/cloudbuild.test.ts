// The way of a release, as Cloud Build will read it.

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these placeholders are for others to fill in

import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { imageSteps } from "../image/image-steps.ts";
import { templateNames } from "../release/service-template.ts";
import { readDeployment } from "./support/read-deployment.ts";
import { readDockerfile } from "./support/read-dockerfile.ts";

interface Step {
  readonly id: string;
  readonly name: string;
  readonly args: readonly string[];
  readonly waitFor?: unknown;
  readonly allowFailure?: unknown;
}

const build = parse(readDeployment("cloudbuild.yaml"));
const steps: readonly Step[] = build.steps;
const script = (id: string): string => steps.find((step) => step.id === id)?.args.join(" ") ?? "";

/** Substitutions that Cloud Build knows without being told. */
const builtIn = ["PROJECT_ID", "SHORT_SHA"];

describe("a release", () => {
  test("tests, builds the policies, the image, its SBOM, signs, deploys without traffic, checks, shifts: in this order", () => {
    expect(steps.map(({ id }) => id)).toEqual([
      "test",
      "policies",
      "image",
      "compare",
      "push",
      "sbom",
      "sign",
      "describe",
      "render",
      "deploy",
      "check",
      "shift",
    ]);
  });

  test("stops at the first step that fails: none runs ahead of another, and none may fail", () => {
    for (const step of steps) {
      expect(step.waitFor, step.id).toBeUndefined();
      expect(step.allowFailure, step.id).toBeUndefined();
    }
  });

  test("stops within a script too, also where a variable is missing", () => {
    const scripts = steps.filter((step) => parseShell(step) !== undefined);
    expect(scripts.length).toBeGreaterThan(5);
    for (const step of scripts) expect(step.args[0], step.id).toBe("-euc");
  });

  test("runs the whole verification first", () => {
    expect(script("test")).toBe(".ci/run");
  });

  test("checks, tests and compiles the policies with the image's own commands, and compares the bytes", () => {
    const commands = imageSteps("/out")
      .map(({ command }) => command.join(" "))
      .filter((command) => command.includes("flyball.js"));
    for (const command of commands) {
      const expected = command
        .replace("node packages/cli/bin/flyball.js", "flyball")
        .replace("/out/app/policy.wasm", "/workspace/policy.wasm");
      expect(script("policies")).toContain(expected);
    }
    expect(script("compare")).toContain("cmp /workspace/policy.wasm /workspace/policy-in-image.wasm");
  });

  test("names the image by its digest from the moment that it has one", () => {
    for (const id of ["sbom", "sign", "render"]) {
      expect(script(id), id).toContain("$(cat /workspace/image)");
      expect(script(id), id).not.toContain("SHORT_SHA");
    }
  });

  test("gives the service's template all of its values, and no other", () => {
    const given = [...script("render").matchAll(/^\s*([a-z_]+)=/gm)].map(([, name = ""]) => name);
    expect(given.sort()).toEqual([...templateNames].sort());
  });

  test("moves traffic in its last step only, and to the revision that was checked", () => {
    expect(script("deploy")).not.toContain("update-traffic");
    expect(script("check")).toContain("--candidate /workspace/deployed.json");
    expect(script("shift")).toContain('--to-revisions="${_REVISION}=100"');
    expect(script("shift")).not.toContain("--to-latest");
  });

  test("builds on the Node of the Dockerfile", () => {
    const [stage] = readDockerfile();
    const images = new Set(steps.map(({ name }) => name).filter((name) => name.startsWith("node:")));
    expect([...images]).toEqual([stage?.image]);
  });

  test("runs with an account, a pool and a log of its own, and leaves provenance", () => {
    expect(build.serviceAccount).toMatch(/serviceAccounts\/flyball-build@/);
    expect(build.options).toMatchObject({
      pool: { name: "${_POOL}" },
      logging: "CLOUD_LOGGING_ONLY",
      requestedVerifyOption: "VERIFIED",
      dynamicSubstitutions: true,
    });
  });

  test("uses every substitution that it declares, and declares every one that it uses", () => {
    const text = readDeployment("cloudbuild.yaml");
    const used = new Set([...text.matchAll(/\$\{([A-Z_]+)\}/g)].map(([, name = ""]) => name));
    const declared = Object.keys(build.substitutions);
    expect([...used].filter((name) => !builtIn.includes(name)).sort()).toEqual(declared.sort());
  });

  test("leaves the shell's own variables to the shell", () => {
    // A single dollar before a name is a substitution to Cloud Build, and an unknown one refuses the build.
    for (const step of steps) expect(step.args.join(" "), step.id).not.toMatch(/(?<!\$)\$[a-z]/);
  });
});

/** The text that bash gets, where a step is one. */
function parseShell({ args }: Step): string | undefined {
  return args[0]?.startsWith("-") ? args[1] : undefined;
}
