import { expect, test } from "vitest";
import { parse } from "yaml";
import { readDeployment } from "../support/read-deployment.ts";

test("the sandbox is limited to the memory that the service has", () => {
  const [, megabytes] = /^const memoryMb = (\d+);$/m.exec(readDeployment("gvisor/main.ts")) ?? [];
  const { limits } = parse(readDeployment("service.yaml")).spec.template.spec.containers[0].resources;
  expect(limits.memory).toBe(`${megabytes}Mi`);
});
