import { expect, test } from "vitest";
import { request, runningService } from "../support/running-service.ts";

test("everybody learns who they are and what a page need not offer them", async () => {
  const service = await runningService();
  const me = async (person: "junior" | "reviewer"): Promise<unknown> =>
    (await request(`${service.url}/v1/me`, { headers: service.bearer(person) })).body;
  expect(await me("junior")).toEqual({
    principal: { tenant: "demo", issuer: "urn:flyball:development", subject: "jun", role: "junior" },
    may: { read_all: false, halt: false, halt_everything: false, settle: false },
  });
  expect(await me("reviewer")).toMatchObject({
    principal: { subject: "rev" },
    may: { read_all: true, halt: true, halt_everything: false },
  });
});

test("nobody is anybody without a credential", async () => {
  const service = await runningService();
  expect((await request(`${service.url}/v1/me`)).body.code).toBe("token_missing");
});
