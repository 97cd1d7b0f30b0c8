// The advisor's own decisions, looked at from outside with nothing but its store while it runs: `flyball audit`.

import { execFileSync } from "node:child_process";
import path from "node:path";
import { expect, test } from "vitest";
import { compiledPolicies, type Person, runningAdvisor, type TestAdvisor } from "./support/running-advisor.ts";

const policyFile = await compiledPolicies();
const flyball = path.resolve(import.meta.dirname, "../../../packages/cli/src/main.ts");

const order = {
  client: "c-17",
  symbol: "BND",
  side: "BUY",
  amount: 1_000,
  currency: "USD",
  order_type: "MARKET",
};

interface Answer {
  readonly outcome?: string;
  readonly code?: string;
  readonly review?: { readonly id: string };
}

async function post(
  advisor: TestAdvisor,
  at: string,
  { person, body }: { person: Person; body: unknown },
): Promise<Answer> {
  const response = await fetch(`${advisor.url}${at}`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${advisor.token(person)}` },
    body: JSON.stringify(body),
  });
  return (await response.json()) as Answer;
}

test("every decision of the advisor can be computed again from its store, and every statement of its records holds", {
  timeout: 60_000,
}, async () => {
  const advisor = await runningAdvisor(policyFile);
  const act = (args: object, tool = "execute_trade") =>
    post(advisor, "/v1/actions", { person: "junior", body: { tool, session: "s-1", arguments: args } });
  const outcomes = [
    await act(order),
    await act(order),
    await act({ ...order, amount: 6_000 }),
    await act({ ...order, amount: "60000.01" }),
    await act({ symbol: "AAPL" }, "get_quote"),
    await act({ client: "c-17" }, "get_portfolio"),
  ];
  const review = outcomes[2]?.review?.id ?? "";
  outcomes.push(await post(advisor, `/v1/reviews/${review}/approve`, { person: "reviewer", body: { reason: "fine" } }));
  expect(outcomes.map(({ outcome, code }) => outcome ?? code)).toEqual([
    "executed",
    "refused",
    "suspended",
    "refused",
    "executed",
    "executed",
    "executed",
  ]);
  const store = path.join(advisor.folder, "governor.sqlite");
  const args = ["--conditions=flyball-source", flyball, "audit", store, "--tenant", "demo", "--json"];
  const report = JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" })) as {
    readonly decisions: readonly { readonly findings: readonly { readonly statement: string }[] }[];
  };
  expect(report).toMatchObject({ holds: 7, fails: 0, unknown: 0 });
  const said = new Set(report.decisions.flatMap(({ findings }) => findings.map(({ statement }) => statement)));
  expect([...said].sort()).toEqual(
    ["approval", "arguments", "configuration", "decision", "ledger", "outcome", "time", "who"].sort(),
  );
});
