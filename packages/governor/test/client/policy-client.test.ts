// `PolicyClient` in one mode at a time: on a module, and on servers that misbehave in every way that was thought of.

import { parseJson } from "@flyball/engine/values";
import { type ActionPolicy, fixedPolicy, OPAClient, PolicyClient } from "@flyball/governor";
import { describe, expect, onTestFinished, test } from "vitest";
import { regoPolicy } from "../support/rego-policy.ts";
import { says, testServer } from "./misbehaving-server.ts";

function clientOf(url: string, over: { timeoutMs?: number; maxAnswerBytes?: number } = {}): PolicyClient {
  const client = new PolicyClient({ url, timeoutMs: 2_000, ...over });
  onTestFinished(() => client.close());
  return client;
}

const rego = `
default decision := "DENY"
decision := "ALLOW" if input.amount <= 100
decision := {"decision": "MANUAL_REVIEW", "reasons": [{"code": "large", "message": "large"}]} if { input.amount > 100; input.amount <= 1000 }
decision := "allow" if input.amount == 1001
decision := "ALLOW" if input.amount == 1002
decision := "DENY" if input.amount == 1002
`;

describe("on a module in process", () => {
  test("answers with the three effects, and checkPolicy is true for ALLOW alone", async () => {
    const client = new PolicyClient({ policies: fixedPolicy(await regoPolicy(rego)) });
    const answers = await Promise.all([100, 101, 1003].map((amount) => client.evaluatePolicy({ amount })));
    expect(answers).toEqual(["ALLOW", "MANUAL_REVIEW", "DENY"]);
    expect(await client.checkPolicy({ amount: 1 })).toBe(true);
    expect(await client.checkPolicy({ amount: 101 })).toBe(false);
    expect(client.stats()).toMatchObject({ answered: 5, faults: 0 });
  });

  test("is DENY on another word, a conflict, an input that is none, and no policy", async () => {
    const client = new PolicyClient({ policies: fixedPolicy(await regoPolicy(rego)) });
    for (const amount of [1001, 1002, Number.NaN, () => 1])
      expect(await client.evaluatePolicy({ amount })).toBe("DENY");
    expect(client.stats().faults).toBe(4);
    const empty = new PolicyClient({ policies: { current: () => undefined } });
    expect(await empty.evaluatePolicy({ amount: 1 })).toBe("DENY");
  });

  test("is DENY where the source or the policy throws", async () => {
    const throws = (): never => {
      throw new Error("broken");
    };
    const policy: ActionPolicy = { digest: "d", entrypoint: "e", reads: [[]], evaluate: throws };
    for (const current of [throws, () => policy]) {
      expect(await new PolicyClient({ policies: { current } }).evaluatePolicy({})).toBe("DENY");
    }
  });

  test("takes the policy of the moment", async () => {
    let current = await regoPolicy(`decision := "ALLOW"`);
    const client = new PolicyClient({ policies: { current: () => current } });
    expect(await client.evaluatePolicy({})).toBe("ALLOW");
    current = await regoPolicy(`decision := "DENY"`);
    expect(await client.evaluatePolicy({})).toBe("DENY");
  });
});

describe("on a server", () => {
  test("sends the input as OPA wants it, numbers exact, and reads the result", async () => {
    const server = await testServer(says('{"result":{"decision":"MANUAL_REVIEW"},"decision_id":"x"}'));
    const client = clientOf(server.url);
    const input = { a: parseJson("5000.0000000000000001"), b: 2n ** 70n, c: undefined };
    expect(await client.evaluatePolicy(input)).toBe("MANUAL_REVIEW");
    await client.evaluatePolicy(undefined);
    await client.evaluatePolicy(null);
    expect(server.bodies).toEqual([
      '{"input":{"a":5000.0000000000000001,"b":1180591620717411303424}}',
      "{}",
      '{"input":null}',
    ]);
  });

  test("keeps its connection", async () => {
    const server = await testServer(says('{"result":"ALLOW"}'));
    const client = clientOf(server.url);
    for (let index = 0; index < 20; index += 1) expect(await client.checkPolicy({ index })).toBe(true);
    expect(server.connections()).toBe(1);
  });

  test("asks once more, on a new connection, where a kept one was closed under it", async () => {
    let broken = false;
    const server = await testServer((request, response) => {
      if (broken) {
        broken = false;
        request.socket.destroy();
      } else says('{"result":"ALLOW"}')(request, response);
    });
    const client = clientOf(server.url);
    await client.evaluatePolicy({ n: 1 });
    broken = true;
    expect(await client.evaluatePolicy({ n: 2 })).toBe("ALLOW");
    expect(server.bodies).toHaveLength(3);
  });

  test("does not ask again where a new connection is cut: that is an answer", async () => {
    const server = await testServer((request) => request.socket.destroy());
    expect(await clientOf(server.url).evaluatePolicy({})).toBe("DENY");
    expect(server.bodies).toHaveLength(1);
  });

  const bodies: readonly (readonly [name: string, body: string])[] = [
    ["nothing", ""],
    ["no JSON", "<html>ALLOW</html>"],
    ["half of it", '{"result":"ALLOW"'],
    ["text after it", '{"result":"ALLOW"} x'],
    ["a bare word", '"ALLOW"'],
    ["a list", '["ALLOW"]'],
    ["undefined", "{}"],
    ["null", '{"result":null}'],
    ["true", '{"result":true}'],
    ["another case", '{"result":"allow"}'],
    ["a space more", '{"result":"ALLOW "}'],
    ["an unknown word", '{"result":"PERMIT"}'],
    ["a list of one", '{"result":["ALLOW"]}'],
    ["an unknown field", '{"result":{"decision":"ALLOW","force":true}}'],
    ["a decision inherited", '{"result":{"__proto__":{"decision":"ALLOW"}}}'],
    ["two results", '{"result":"DENY","result":"ALLOW"}'],
    ["an error with status 200", '{"code":"internal_error","message":"ALLOW"}'],
    ["deep nesting", `{"result":${"[".repeat(100_000)}`],
    ["a byte order mark", '\ufeff{"result":"ALLOW"}'],
  ];
  test.each(bodies)("is DENY where the server answers %s", async (_name, body) => {
    const client = clientOf((await testServer(says(body))).url);
    expect(await client.evaluatePolicy({})).toBe("DENY");
    expect(await client.checkPolicy({})).toBe(false);
    expect(client.stats()).toMatchObject({ answered: 2, faults: 2 });
  });

  test.each([204, 301, 302, 304, 400, 401, 404, 429, 500, 503])(
    "is DENY on status %i, whatever the body",
    async (status) => {
      const server = await testServer((_request, response) => {
        response.writeHead(status, { location: "/v1/data/other/decision" });
        response.end(status === 204 || status === 304 ? undefined : '{"result":"ALLOW"}');
      });
      expect(await clientOf(server.url).evaluatePolicy({})).toBe("DENY");
      expect(server.bodies).toHaveLength(1);
    },
  );

  test("is DENY on an answer in an encoding that it did not ask for", async () => {
    const server = await testServer((_request, response) => {
      response.writeHead(200, { "content-encoding": "gzip" }).end('{"result":"ALLOW"}');
    });
    expect(await clientOf(server.url).evaluatePolicy({})).toBe("DENY");
  });

  test("reads no more than it must of an endless answer", async () => {
    let sent = 0;
    const server = await testServer((_request, response) => {
      response.writeHead(200);
      const more = (): void => {
        while (!response.destroyed && response.write(" ".repeat(65_536))) sent += 65_536;
      };
      response.on("drain", more);
      more();
    });
    expect(await clientOf(server.url, { maxAnswerBytes: 100_000 }).evaluatePolicy({})).toBe("DENY");
    expect(sent).toBeLessThan(64 * 1024 * 1024);
  });

  const silences: readonly (readonly [name: string, answer: Parameters<typeof testServer>[0]])[] = [
    ["never answers", () => {}],
    ["answers its head alone", (_request, response) => response.writeHead(200).flushHeaders()],
    [
      "sends one byte at a time",
      (_request, response) => {
        const timer = setInterval(() => response.write(" "), 20);
        response.on("close", () => clearInterval(timer));
      },
    ],
  ];
  test.each(silences)("is DENY in time where the server %s", async (_name, answer) => {
    const server = await testServer(answer);
    const client = clientOf(server.url, { timeoutMs: 150 });
    expect(await Promise.all([1, 2, 3].map((n) => client.evaluatePolicy({ n })))).toEqual(["DENY", "DENY", "DENY"]);
  });

  test("waiting for a free connection counts too", async () => {
    const server = await testServer(() => {});
    const client = new PolicyClient({ url: server.url, timeoutMs: 150, connections: 1 });
    onTestFinished(() => client.close());
    expect(await Promise.all([1, 2, 3].map((n) => client.evaluatePolicy({ n })))).toEqual(["DENY", "DENY", "DENY"]);
  });

  test("is DENY where the connection is cut in the middle of an ALLOW", async () => {
    const server = await testServer((request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write('{"result":"ALLOW"}', () => request.socket.destroy());
    });
    expect(await clientOf(server.url).evaluatePolicy({})).toBe("DENY");
  });

  test("is DENY where nobody listens, and again an answer when somebody does", async () => {
    const client = clientOf("http://127.0.0.1:1/v1/data/finance/decision");
    expect(await client.evaluatePolicy({})).toBe("DENY");
    let up = false;
    const server = await testServer((request, response) => {
      if (up) says('{"result":"ALLOW"}')(request, response);
      else request.socket.destroy();
    });
    const other = clientOf(server.url);
    expect(await other.evaluatePolicy({})).toBe("DENY");
    up = true;
    expect(await other.evaluatePolicy({})).toBe("ALLOW");
  });

  const cyclic: unknown[] = [];
  cyclic.push({ self: cyclic });
  const inputs: readonly (readonly [name: string, input: unknown])[] = [
    ["a cycle", cyclic],
    ["a function", { f: () => 1 }],
    ["NaN", { n: Number.NaN }],
    ["half a surrogate pair", { s: "\ud800" }],
    ["half a surrogate pair in a key", { "\ud800": 1 }],
    ["a date", { d: new Date(0) }],
    ["undefined in a list", { a: Array.from({ length: 2 }).with(0, 1) }],
    [
      "a getter",
      {
        get amount(): number {
          throw new Error("a getter ran");
        },
      },
    ],
    [
      "a proxy that throws",
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error("no");
          },
        },
      ),
    ],
    ["more text than an input has", { s: "x".repeat(9_000_000) }],
  ];
  test.each(inputs)("is DENY, and the server is not asked, on an input with %s", async (_name, input) => {
    const server = await testServer(says('{"result":"ALLOW"}'));
    expect(await clientOf(server.url).evaluatePolicy(input)).toBe("DENY");
    expect(server.bodies).toEqual([]);
  });

  test("is DENY when it is closed", async () => {
    const server = await testServer(says('{"result":"ALLOW"}'));
    const client = clientOf(server.url);
    expect(await client.evaluatePolicy({})).toBe("ALLOW");
    client.close();
    expect(await client.evaluatePolicy({})).toBe("DENY");
  });
});

describe("options that make no sense", () => {
  const policies = { current: () => undefined };
  const url = "http://127.0.0.1:8181/v1/data/finance/decision";
  const wrong: readonly (readonly [name: string, options: object])[] = [
    ["nothing to ask", {}],
    ["two to ask without saying which answers", { policies, url }],
    ["the server's base, which asks OPA's default decision", { url: "http://127.0.0.1:8181" }],
    ["the root of all documents", { url: "http://127.0.0.1:8181/v1/data/" }],
    ["another protocol", { url: "file:///v1/data/finance/decision" }],
    ["credentials in the address", { url: "http://a:b@127.0.0.1:8181/v1/data/finance/decision" }],
    ["no time", { url, timeoutMs: 0 }],
    ["endless time", { url, timeoutMs: Number.POSITIVE_INFINITY }],
    ["a shadow that reports to nobody", { policies, shadow: { url } }],
    ["a shadow queue without room", { policies, shadow: { url, onDifference: () => {}, queueLimit: 0 } }],
  ];
  test.each(wrong)("%s", (_name, options) => {
    expect(() => new PolicyClient(options as never)).toThrow(TypeError);
  });
});

test("OPAClient is the same class", () => {
  expect(OPAClient).toBe(PolicyClient);
});
