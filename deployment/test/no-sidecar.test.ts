// The mission: the policy is in the process. Nothing that is deployed may bring the second process back.

import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { imageSteps } from "../image/image-steps.ts";
import { deployedFiles, readDeployment, repositoryFolder } from "./support/read-deployment.ts";

const withoutComments = (text: string): string =>
  text
    .split("\n")
    .filter((line) => !/^\s*#/.test(line))
    .join("\n");

describe.each(deployedFiles().map((file) => [file, withoutComments(readDeployment(file))] as const))(
  "%s",
  (_, text) => {
    test("says nothing of port 8181", () => {
      expect(text).not.toContain("8181");
    });

    test("starts no OPA and no other second process", () => {
      expect(text).not.toMatch(/openpolicyagent|opa_config|opa-config|\bopa\b|sidecar|envoy/i);
    });

    test("has no path that ends in z", () => {
      const paths = [...text.matchAll(/(?:path\s*[:=]\s*"?|https?:\/\/[^/\s"]+)(\/[-\w./]*)/g)].map(
        ([, each = ""]) => each,
      );
      for (const each of paths) expect(each).not.toMatch(/z\/?$/);
    });
  },
);

test("there are files that this was said about", () => {
  expect(deployedFiles()).toEqual(
    expect.arrayContaining(["Dockerfile", "cloudbuild.yaml", "service.yaml", "terraform/network.tf"]),
  );
});

test("the repository has no configuration of an OPA server", () => {
  const { stdout, status } = spawnSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: repositoryFolder,
    encoding: "utf8",
    maxBuffer: 2 ** 26,
  });
  // A tree without git (an archive) has nothing but what is deployed; that was read above.
  const files = status === 0 ? stdout.split("\n") : [];
  expect(files.filter((file) => /(^|\/)opa[_-]config\.ya?ml$/.test(file))).toEqual([]);
});

test("the image is built without an OPA", () => {
  for (const { command } of imageSteps("/out")) expect(command.join(" ")).not.toMatch(/\bopa\b/);
});
