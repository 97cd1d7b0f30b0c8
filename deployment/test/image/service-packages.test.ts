import { expect, test } from "vitest";
import { servicePackages } from "../../image/service-packages.ts";
import { repositoryFolder } from "../support/read-deployment.ts";

test("the service needs its own packages and neither compiler nor command line", () => {
  const packages = servicePackages(repositoryFolder);
  expect(packages).toEqual(
    expect.arrayContaining([
      "apps/advisor",
      "apps/console",
      "packages/engine",
      "packages/governor",
      "packages/service",
    ]),
  );
  expect(packages).not.toContain("packages/compiler");
  expect(packages).not.toContain("packages/cli");
});
