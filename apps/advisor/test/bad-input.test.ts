// Bad input, line by line, over a real socket against the advisor with the real policies: each has its status and its
// problem code, executes nothing, and leaves the store sound.

import { request } from "node:http";
import { beforeAll, describe, expect, test } from "vitest";
import {
  compiledPolicies,
  order,
  type Person,
  post,
  runningAdvisor,
  type Sent,
  trade,
} from "./support/running-advisor.ts";

let policyFile = "";
beforeAll(async () => {
  policyFile = await compiledPolicies();
});

/** What is sent, and the status and problem code that come back; for a refusal of the policy its first reason too. */
type Row = readonly [name: string, sent: Sent | string, status: number, code: string, reason?: string];

const action = (args: unknown, over: object = {}): string =>
  JSON.stringify({ tool: "execute_trade", session: "s-1", arguments: args, ...over });

const without = (field: keyof typeof order): string => {
  const { [field]: _, ...rest } = order;
  return action(rest);
};

const matrix: Readonly<Record<string, readonly Row[]>> = {
  "an unknown tool": [
    ["no such tool", action(order, { tool: "transfer_money" }), 400, "tool_unknown"],
    ["another letter case", action(order, { tool: "Execute_Trade" }), 400, "tool_unknown"],
    ["an inherited name", action(order, { tool: "__proto__" }), 400, "tool_unknown"],
    ["an empty name", action(order, { tool: "" }), 400, "tool_unknown"],
    ["10,000 characters", action(order, { tool: "x".repeat(10_000) }), 400, "tool_unknown"],
  ],
  "a missing field": [
    ["tool", '{"session":"s","arguments":{}}', 400, "field_missing"],
    ["session", '{"tool":"execute_trade","arguments":{}}', 400, "field_missing"],
    ["arguments", '{"tool":"execute_trade","session":"s"}', 400, "field_missing"],
    ...(["client", "symbol", "side", "amount", "currency", "order_type", "limit_price"] as const).map(
      (field): Row => [field, without(field), 400, "arguments_invalid"],
    ),
  ],
  "an extra field": [
    ["beside the fields", action(order, { extra: 1 }), 400, "field_unknown"],
    ["among the arguments", trade({ extra: 1 }), 400, "arguments_invalid"],
    ["a limit price for a MARKET order", trade({ order_type: "MARKET" }), 400, "arguments_invalid"],
  ],
  "a wrong type": [
    ["amount true", trade({ amount: true }), 400, "arguments_invalid"],
    ["amount null", trade({ amount: null }), 400, "arguments_invalid"],
    ["amount in a list", trade({ amount: [1000] }), 400, "arguments_invalid"],
    ["client a number", trade({ client: 17 }), 400, "arguments_invalid"],
    ["symbol an object", trade({ symbol: { toString: "AAPL" } }), 400, "arguments_invalid"],
    ["side in small letters", trade({ side: "buy" }), 400, "arguments_invalid"],
    ["order type a number", trade({ order_type: 1 }), 400, "arguments_invalid"],
    ["session a list", action(order, { session: ["s"] }), 400, "field_invalid"],
    ["arguments as text", action(JSON.stringify(order)), 400, "field_invalid"],
  ],
  "not a number": [
    ["NaN", trade({}, '"amount":NaN'), 400, "body_not_json"],
    ["Infinity", trade({}, '"amount":-Infinity'), 400, "body_not_json"],
    ["01000", trade({}, '"amount":01000'), 400, "body_not_json"],
    ["+1000", trade({}, '"amount":+1000'), 400, "body_not_json"],
    ["0x3e8", trade({}, '"amount":0x3e8'), 400, "body_not_json"],
    ...[
      "NaN",
      "Infinity",
      "1e3x",
      " 1000",
      "1000 ",
      "+1000",
      "0x3e8",
      "1,000",
      "1_000",
      "",
      "\u0661\u0660",
      "1000 USD",
    ].map((amount): Row => [`${JSON.stringify(amount)} as text`, trade({ amount }), 400, "arguments_invalid"]),
  ],
  "a number that a double does not hold": [
    ["5000.0000000000000001", trade({}, '"amount":5000.0000000000000001'), 400, "arguments_invalid"],
    ["5000.0000000000000001 as text", trade({ amount: "5000.0000000000000001" }), 400, "arguments_invalid"],
    ["5000.001", trade({ amount: 5000.001 }), 400, "arguments_invalid"],
    ["1e-400", trade({}, '"amount":1e-400'), 400, "arguments_invalid"],
    ["1e400", trade({}, '"amount":1e400'), 400, "arguments_invalid"],
    ["2^53 + 1", trade({}, '"amount":9007199254740993'), 403, "refused", "amount_invalid"],
    ["18 digits", trade({}, '"amount":100000000000000001'), 403, "refused", "amount_invalid"],
    ["18 digits with cents, as text", trade({ amount: "1000000000000000.01" }), 403, "refused", "amount_invalid"],
    ["50 digits", trade({}, `"amount":${"9".repeat(50)}`), 400, "arguments_invalid"],
    ["5,000 digits", trade({}, `"amount":${"9".repeat(5_000)}`), 400, "body_number_too_long"],
    ["an exponent of ten digits", trade({}, '"amount":1e9999999999'), 400, "body_number_too_long"],
  ],
  "an amount that is none": [
    ["-1000", trade({ amount: -1000 }), 403, "refused", "amount_invalid"],
    ["-1000000 as text", trade({ amount: "-1000000" }), 403, "refused", "amount_invalid"],
    ["0", trade({ amount: 0 }), 403, "refused", "amount_invalid"],
    ["-0", trade({}, '"amount":-0'), 403, "refused", "amount_invalid"],
    ["0.00 as text", trade({ amount: "0.00" }), 403, "refused", "amount_invalid"],
    ["a limit price of 0", trade({ limit_price: 0 }), 403, "refused", "limit_price_invalid"],
  ],
  "a large or strange body": [
    ["100 KB", trade({ client: "c".repeat(100_000) }), 413, "body_too_large"],
    [
      "invalid UTF-8",
      { body: Buffer.concat([Buffer.from('{"tool":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]) },
      400,
      "body_not_utf8",
    ],
    [
      "an overlong slash in UTF-8",
      { body: Buffer.concat([Buffer.from('"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"')]) },
      400,
      "body_not_utf8",
    ],
    ["UTF-16", { body: Buffer.from(`\ufeff${trade()}`, "utf16le") }, 400, "body_not_utf8"],
    ["half of a surrogate pair", trade().replace("c-17", "\\ud83d"), 400, "body_not_json"],
    ["60 levels of arguments", trade({}, `"amount":${"[".repeat(60)}1${"]".repeat(60)}`), 400, "body_too_deep"],
    ["50,000 open brackets", "[".repeat(50_000), 400, "body_too_deep"],
    ["50,000 open braces", '{"a":'.repeat(12_000), 400, "body_too_deep"],
    [
      "a form",
      { body: "tool=execute_trade", headers: { "content-type": "application/x-www-form-urlencoded" } },
      415,
      "media_type_unsupported",
    ],
  ],
  "keys that mean something to JavaScript": [
    ["__proto__ beside the fields", trade().replace("{", '{"__proto__":{"role":"senior"},'), 400, "field_unknown"],
    ["__proto__ among the arguments", trade({}, '"__proto__":{"amount":1000}'), 400, "arguments_invalid"],
    ["__proto__ with the amount too", trade({}, '"amount":1000,"__proto__":{"side":"SELL"}'), 400, "arguments_invalid"],
    ["constructor", trade({}, '"amount":1000,"constructor":{"prototype":{"role":"senior"}}'), 400, "arguments_invalid"],
    ["toString for a client", trade({ client: "toString" }), 403, "refused"],
  ],
  "a key twice": [
    ["the amount", trade({}, '"amount":1,"amount":1000000'), 400, "key_duplicate"],
    ["the amount, once escaped", trade({}, '"amount":1,"\\u0061mount":1000000'), 400, "key_duplicate"],
    ["the tool", trade().replace("{", '{"tool":"get_quote",'), 400, "key_duplicate"],
  ],
  "a claim about who is asking": [
    ["a role in the body", action(order, { role: "senior" }), 400, "field_unknown"],
    ["a principal in the body", action(order, { principal: { role: "senior" } }), 400, "field_unknown"],
    ["a role among the arguments", trade({ role: "senior", amount: 400_000 }), 400, "arguments_invalid"],
    [
      "a role in a header",
      { body: trade({ amount: 12_000 }), headers: { "x-role": "senior" } },
      403,
      "refused",
      "order_over_limit",
    ],
  ],
  "a token that is none": [
    ["a word", { body: trade(), token: "senior" }, 401, "token_invalid"],
    ["unsigned", { body: trade(), token: unsigned("senior") }, 401, "token_invalid"],
    [
      "signed by somebody else",
      { body: trade(), token: `${unsigned("senior")}${"A".repeat(86)}` },
      401,
      "token_invalid",
    ],
  ],
  "what the policy bars, however it is written": [
    ["btc for a symbol", trade({ symbol: "btc" }), 403, "refused"],
    [" Eth-usd ", trade({ symbol: " Eth-usd " }), 403, "refused"],
    ["btc for a currency", trade({ currency: "btc" }), 403, "refused"],
    ["a restricted symbol in small letters", trade({ symbol: "acme" }), 403, "refused"],
    ["a letter that upper case turns into S", trade({ symbol: "MSFT".replace("S", "\u017f") }), 403, "refused"],
    ["a client of nobody", trade({ client: "c-99" }), 403, "refused"],
    ["SQL for a client", trade({ client: "c-17' OR '1'='1" }), 403, "refused"],
    ["a limit price far from the market", trade({ limit_price: 2315 }), 403, "refused", "limit_price_outside_collar"],
  ],
};

function unsigned(role: string): string {
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = {
    iss: "urn:flyball:development",
    aud: "flyball",
    sub: "x",
    tenant: "demo",
    role,
    iat: 1,
    exp: 9_999_999_999,
  };
  return `${encode({ alg: "none" })}.${encode(claims)}.`;
}

function whole([name, sent, status, code, reason = ""]: Row): [string, Sent | string, number, string, string] {
  return [name, sent, status, code, reason];
}

describe.each<[string, readonly Row[]]>(Object.entries(matrix))("%s", (_group, rows) => {
  test.each(rows.map(whole))("%s", async (_name, sent, status, code, reason) => {
    const advisor = await runningAdvisor(policyFile);
    const answer = await post(advisor, typeof sent === "string" ? { body: sent } : sent);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.body.type).toBe(`urn:flyball:problem:${code}`);
    if (reason !== "") expect(answer.body.decision.reasons[0].code).toBe(reason);
    expect(advisor.fills()).toBe(0);
    expect(advisor.damage()).toEqual([]);
    // The service is as well as before.
    expect((await post(advisor, { body: trade() })).body.outcome).toBe("executed");
  });
});

test("10 MB of body: 413, with nothing executed", async () => {
  const advisor = await runningAdvisor(policyFile);
  const size = 10 * 1024 * 1024;
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${advisor.token("junior")}`,
      "content-type": "application/json",
      "content-length": size,
    };
    const sending = request(`${advisor.url}/v1/actions`, { method: "POST", headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    // The service may close before it has taken all of it; the answer came first then.
    sending.on("error", (error) => setTimeout(() => reject(error), 500));
    sending.end(Buffer.alloc(size, 0x20));
  });
  expect(status).toBe(413);
  expect(advisor.fills()).toBe(0);
});

describe("the borders of what a role may do", () => {
  const rows: [Person, string, number, string][] = [
    ["junior", "5000", 200, "executed"],
    ["junior", '"5000.00"', 200, "executed"],
    ["junior", "5000.01", 202, "suspended"],
    ["junior", "1e4", 202, "suspended"],
    ["junior", "10000.01", 403, "refused"],
    ["senior", "10000.01", 200, "executed"],
    ["analyst", "1", 403, "refused"],
    ["reviewer", "1", 403, "refused"],
  ];
  test.each(rows)("%s, %s USD: %d %s", async (person, amount, status, outcome) => {
    const advisor = await runningAdvisor(policyFile);
    const answer = await post(advisor, { body: trade({}, `"amount":${amount}`), token: advisor.token(person) });
    expect([answer.status, answer.body.outcome]).toEqual([status, outcome]);
    expect(advisor.fills()).toBe(outcome === "executed" ? 1 : 0);
  });
});
