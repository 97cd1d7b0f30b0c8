// GET /metrics over a socket, from the advisor's own meter: who may read it, what it counts, and what never becomes a label.

import { beforeAll, describe, expect, test } from "vitest";
import { compiledPolicies, type Person, runningAdvisor, type TestAdvisor } from "../support/running-advisor.ts";

let policyFile: string;
beforeAll(async () => {
  policyFile = await compiledPolicies();
});

async function scrape(
  advisor: TestAdvisor,
  person: Person,
): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`${advisor.url}/metrics`, {
    headers: { authorization: `Bearer ${advisor.token(person)}` },
  });
  return { status: response.status, text: await response.text() };
}

function act(advisor: TestAdvisor, tool: string, args: object): Promise<Response> {
  return fetch(`${advisor.url}/v1/actions`, {
    method: "POST",
    headers: { authorization: `Bearer ${advisor.token("junior")}`, "content-type": "application/json" },
    body: JSON.stringify({ tool, session: "s-1", arguments: args }),
  });
}

/** The value of the series whose labels hold all of these. */
function seriesValue(text: string, name: string, labels: readonly string[]): number {
  const line = text
    .split("\n")
    .find((each) => each.startsWith(`${name}{`) && labels.every((label) => each.includes(label)));
  return Number(line?.split(" ").at(1) ?? Number.NaN);
}

describe("metrics", () => {
  test("count decisions by effect and tool as they are on record, and requests by route and status", async () => {
    const advisor = await runningAdvisor(policyFile);
    for (let round = 0; round < 3; round += 1) await act(advisor, "get_quote", { symbol: "AAPL" });
    await act(advisor, "get_quote", {});
    const { status, text } = await scrape(advisor, "reviewer");
    expect(status).toBe(200);
    expect(seriesValue(text, "flyball_decisions_total", ['effect="ALLOW"', 'tool="get_quote"', 'kind="action"'])).toBe(
      3,
    );
    expect(seriesValue(text, "flyball_decision_duration_count", ['effect="ALLOW"', 'tool="get_quote"'])).toBe(3);
    const denied = ['effect="DENY"', 'cause="governor"', 'code="arguments_invalid"', 'tool="get_quote"'];
    expect(seriesValue(text, "flyball_decisions_total", denied)).toBe(1);
    const requests = ['http_route="/v1/actions"', 'http_request_method="POST"', 'http_response_status_code="200"'];
    expect(seriesValue(text, "http_server_request_duration_count", requests)).toBe(3);
    expect(text).toMatch(/^process_memory_usage\S* \d+/m);
  });

  test("have no label that a caller wrote", async () => {
    const advisor = await runningAdvisor(policyFile);
    await act(advisor, "drop_tables", { note: "secret-note" });
    await fetch(`${advisor.url}/v1/decisions/secret-id?secret=1`, {
      headers: { authorization: `Bearer ${advisor.token("reviewer")}` },
    });
    await fetch(`${advisor.url}/secret-path`);
    const { text } = await scrape(advisor, "reviewer");
    expect(text).not.toMatch(/drop_tables|secret/);
    expect(seriesValue(text, "flyball_decisions_total", ['tool="other"', 'code="tool_unknown"'])).toBe(1);
  });

  test("are for auditors and operators, and behind a token", async () => {
    const advisor = await runningAdvisor(policyFile);
    expect((await fetch(`${advisor.url}/metrics`)).status).toBe(401);
    expect((await scrape(advisor, "junior")).status).toBe(403);
    const posted = await fetch(`${advisor.url}/metrics`, { method: "POST" });
    expect([posted.status, posted.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });
});
