// The road end to end on real actions: what is decided, what is recorded of it, and that a record can be decided again.

import { parseJson } from "@flyball/engine/values";
import { closeDecision } from "@flyball/governor";
import { beforeAll, describe, expect, test } from "vitest";
import { loadActionPolicy } from "../src/start/load-action-policy.ts";
import {
  type Answer,
  compiledPolicies,
  type Person,
  post,
  runningAdvisor,
  type TestAdvisor,
  trade,
} from "./support/running-advisor.ts";

let policyFile = "";
beforeAll(async () => {
  policyFile = await compiledPolicies();
});

function read(advisor: TestAdvisor, tool: string, args: object, person: Person = "junior"): Promise<Answer> {
  return post(advisor, { body: JSON.stringify({ tool, session: "s", arguments: args }), token: advisor.token(person) });
}

function codes(answer: Answer): string[] {
  return answer.body.decision.reasons.map(({ code }: { code: string }) => code);
}

describe("the tools that change nothing", () => {
  test("a quote is for everybody with a role, and says that it is simulated", async () => {
    const advisor = await runningAdvisor(policyFile);
    for (const person of ["analyst", "junior", "senior", "reviewer"] as const) {
      const answer = await read(advisor, "get_quote", { symbol: " aapl " }, person);
      expect(answer).toMatchObject({
        status: 200,
        body: { result: { symbol: "AAPL", currency: "USD", simulated: true } },
      });
    }
  });

  test("a quote for what is not there has failed", async () => {
    const answer = await read(await runningAdvisor(policyFile), "get_quote", { symbol: "NOPE" });
    expect(answer).toMatchObject({ status: 502, body: { code: "tool_failed", detail: "there is no instrument NOPE" } });
  });

  test("a portfolio is not for an analyst, and shows what a trade changed", async () => {
    const advisor = await runningAdvisor(policyFile);
    const refused = await read(advisor, "get_portfolio", { client: "c-17" }, "analyst");
    expect([refused.status, codes(refused)]).toEqual([403, ["tool_not_permitted"]]);
    const before = await read(advisor, "get_portfolio", { client: "c-17" });
    expect(before.body.result).toMatchObject({ cash: 150_000, currency: "USD", simulated: true });
    await post(advisor, { body: trade({ amount: "1000.01" }) });
    const after = await read(advisor, "get_portfolio", { client: "c-17" });
    expect(after.body.result.cash).toBe(148_999.99);
    expect(Object.keys(after.body.result.positions)).toContain("AAPL");
  });

  test("a client of another tenant is nobody's", async () => {
    const answer = await read(await runningAdvisor(policyFile), "get_portfolio", { client: "c-99" });
    expect(answer.status).toBe(403);
  });
});

describe("a trade is judged by what is known of market, client and day", () => {
  test.each<[string, Person, object, string]>([
    [
      "a product above the client's profile by two steps",
      "junior",
      { client: "c-18", symbol: "SMLC", limit_price: 12.5 },
      "unsuitable_risk",
    ],
    [
      "a purchase while the drawdown is deep",
      "senior",
      { client: "c-20", amount: 100, symbol: "BND", limit_price: 73.5 },
      "drawdown_too_deep",
    ],
    ["a purchase of more than the cash", "senior", { amount: 160_000 }, "cash_insufficient"],
    [
      "a sale of more than is held",
      "senior",
      { side: "SELL", symbol: "BND", limit_price: 73, amount: 60_000 },
      "short_sale",
    ],
    [
      "a market order above 1 % of the volume",
      "senior",
      { client: "c-19", symbol: "SMLC", order_type: "MARKET", limit_price: undefined, amount: 6_000 },
      "market_order_too_large",
    ],
    ["dollars for what trades in euros", "junior", { symbol: "SAP", limit_price: 220 }, "currency_mismatch"],
  ])("refused: %s", async (_name, person, over, code) => {
    const advisor = await runningAdvisor(policyFile);
    const answer = await post(advisor, { body: trade({ ...over }), token: advisor.token(person) });
    expect(answer.status).toBe(403);
    expect(codes(answer)).toContain(code);
    expect(advisor.fills()).toBe(0);
  });

  test("the same order again within its window is refused, and answered again under its key", async () => {
    const advisor = await runningAdvisor(policyFile);
    const headers = { "idempotency-key": "order-1" };
    const first = await post(advisor, { body: trade(), headers });
    const repeated = await post(advisor, { body: trade() });
    expect([repeated.status, codes(repeated)]).toEqual([403, ["order_repeated"]]);
    expect((await post(advisor, { body: trade(), headers })).body).toEqual(first.body);
    expect(advisor.fills()).toBe(1);
  });

  test("a suspended order counts as one that was placed", async () => {
    const advisor = await runningAdvisor(policyFile);
    expect((await post(advisor, { body: trade({ amount: 7500 }) })).status).toBe(202);
    expect(codes(await post(advisor, { body: trade({ amount: 7500 }) }))).toContain("order_repeated");
  });

  test("the day's limit of a trader is used up order by order, and what is left is said", async () => {
    const advisor = await runningAdvisor(policyFile);
    const answers: Answer[] = [];
    for (let index = 0; index <= 20; index += 1) {
      const over = { symbol: "BND", limit_price: 73.5, client: "c-19", amount: 4999 - index };
      answers.push(await post(advisor, { body: trade(over) }));
    }
    // 4,999 + 4,998 + ... + 4,980 are 99,790 of 100,000.
    expect(answers.slice(0, 20).map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200));
    const last = answers.at(-1);
    expect([last?.status, last === undefined ? [] : codes(last)]).toEqual([403, ["trader_daily_limit"]]);
    expect(last?.body.detail).toContain("210.00 of 100,000.00 USD left today");
    expect(advisor.fills()).toBe(20);
  });
});

describe("a record", () => {
  test.each<[string, Readonly<Record<string, unknown>>]>([
    ["ALLOW", {}],
    ["DENY", { amount: 25_000 }],
    ["MANUAL_REVIEW", { amount: 7_500 }],
  ])("of %s can be decided again from what it holds, with the same answer", async (effect, over) => {
    const advisor = await runningAdvisor(policyFile);
    const { body } = await post(advisor, { body: trade(over) });
    const response = await fetch(`${advisor.url}/v1/decisions/${body.decision.id}`, {
      headers: { authorization: `Bearer ${advisor.token("reviewer")}` },
    });
    const record = parseJson(await response.text()) as Record<string, unknown>;
    const loaded = await loadActionPolicy(policyFile);
    if (!loaded.ok) return expect.fail(loaded.message);
    expect(record).toMatchObject({ effect, policy_digest: loaded.policy.digest, entrypoint: loaded.policy.entrypoint });
    const again = closeDecision(loaded.policy.evaluate(record["input"]), {
      id: body.decision.id,
      policyDigest: loaded.policy.digest,
      entrypoint: loaded.policy.entrypoint,
      decidedAt: body.decision.decided_at,
    });
    expect({ effect: again.effect, reasons: again.reasons, obligations: again.obligations }).toEqual({
      effect,
      reasons: body.decision.reasons,
      obligations: body.decision.obligations,
    });
  });

  test("holds what the policy reads, and nothing else of what passed by", async () => {
    const advisor = await runningAdvisor(policyFile);
    const { body } = await read(advisor, "get_portfolio", { client: "c-17" });
    const response = await fetch(`${advisor.url}/v1/decisions/${body.decision.id}`, {
      headers: { authorization: `Bearer ${advisor.token("reviewer")}` },
    });
    const { input } = (await response.json()) as { input: Record<string, object> };
    expect(Object.keys(input).sort()).toEqual(["action", "client", "now_ns", "principal"]);
    expect(Object.keys(input["principal"] ?? {}).sort()).toEqual(["id", "issuer", "role", "tenant"]);
  });
});
