// What is no request for an action: each line is one request over a real socket, its status and its problem code.

import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { payFive, postAction, request, runningService, type TestService } from "../support/running-service.ts";

describe("a body that is no action", () => {
  const rows: [string, string, number, string][] = [
    ["nothing", "", 400, "body_missing"],
    ["white space", "  \n", 400, "body_not_json"],
    ["text", "hello", 400, "body_not_json"],
    ["JSON that does not end", '{"tool":', 400, "body_not_json"],
    ["two values", "{} {}", 400, "body_not_json"],
    ["a comment", "{}//", 400, "body_not_json"],
    ["single quotes", "{'tool':'pay'}", 400, "body_not_json"],
    ["NaN", '{"tool":"pay","session":"s","arguments":{"amount":NaN}}', 400, "body_not_json"],
    ["half of a surrogate pair", '{"tool":"\\ud800","session":"s","arguments":{}}', 400, "body_not_json"],
    ["a list", "[]", 400, "field_invalid"],
    ["null", "null", 400, "field_invalid"],
    ["an empty object", "{}", 400, "field_missing"],
    ["no session", '{"tool":"pay","arguments":{}}', 400, "field_missing"],
    ["a tool that is no text", '{"tool":7,"session":"s","arguments":{}}', 400, "field_invalid"],
    ["an empty session", '{"tool":"pay","session":"","arguments":{}}', 400, "field_invalid"],
    ["arguments as a list", '{"tool":"pay","session":"s","arguments":[]}', 400, "field_invalid"],
    ["arguments as null", '{"tool":"pay","session":"s","arguments":null}', 400, "field_invalid"],
    ["a role", '{"tool":"pay","session":"s","arguments":{"amount":5},"role":"senior"}', 400, "field_unknown"],
    ["a key twice", '{"tool":"pay","tool":"pay","session":"s","arguments":{}}', 400, "key_duplicate"],
    [
      "a key twice, once escaped",
      '{"tool":"pay","session":"s","arguments":{"amount":5,"\\u0061mount":6}}',
      400,
      "key_duplicate",
    ],
    ["__proto__ beside the fields", '{"__proto__":{},"tool":"pay","session":"s","arguments":{}}', 400, "field_unknown"],
    ["__proto__ instead of a field", '{"__proto__":{"tool":"pay"},"session":"s","arguments":{}}', 400, "field_unknown"],
    [
      "__proto__ among the arguments",
      '{"tool":"pay","session":"s","arguments":{"__proto__":{"amount":5}}}',
      400,
      "arguments_invalid",
    ],
    [
      "40 nested lists",
      `{"tool":"pay","session":"s","arguments":{"a":${"[".repeat(40)}${"]".repeat(40)}}}`,
      400,
      "body_too_deep",
    ],
    ["30,000 nested lists", "[".repeat(30_000), 400, "body_too_deep"],
    [
      "a number of 5,000 digits",
      `{"tool":"pay","session":"s","arguments":{"amount":${"9".repeat(5_000)}}}`,
      400,
      "body_number_too_long",
    ],
    [
      "an exponent of ten digits",
      '{"tool":"pay","session":"s","arguments":{"amount":1e9999999999}}',
      400,
      "body_number_too_long",
    ],
    ["a tool that does not exist", '{"tool":"fly","session":"s","arguments":{}}', 400, "tool_unknown"],
    ["an inherited name as the tool", '{"tool":"constructor","session":"s","arguments":{}}', 400, "tool_unknown"],
    [
      "70,000 bytes",
      `{"tool":"pay","session":"s","arguments":{"amount":5,"note":"${"x".repeat(70_000)}"}}`,
      413,
      "body_too_large",
    ],
  ];
  test.each(rows)("%s", async (_name, body, status, code) => {
    const service = await runningService();
    const answer = await postAction(service, body);
    expect([answer.status, answer.body.code, answer.type]).toEqual([
      status,
      code,
      "application/problem+json; charset=utf-8",
    ]);
    expect(answer.body).toMatchObject({ type: `urn:flyball:problem:${code}`, status, title: expect.any(String) });
    expect(service.paid).toEqual([]);
  });

  test("bytes that are no UTF-8", async () => {
    const service = await runningService();
    const body = Buffer.concat([Buffer.from('{"tool":"'), Buffer.from([0xc3, 0x28]), Buffer.from('"}')]);
    expect(await post(service, body)).toEqual([400, "body_not_utf8"]);
  });

  test("a byte order mark", async () => {
    const service = await runningService();
    expect(await post(service, Buffer.from(`\ufeff${JSON.stringify(payFive)}`))).toEqual([400, "body_not_json"]);
  });

  test.each([
    ["text/plain", { "content-type": "text/plain" }],
    ["a form", { "content-type": "application/x-www-form-urlencoded" }],
    ["no type", { "content-type": "" }],
    ["JSON in another character set", { "content-type": "application/json; charset=utf-16" }],
    ["compressed JSON", { "content-type": "application/json", "content-encoding": "gzip" }],
  ])("a body as %s", async (_name, headers) => {
    const service = await runningService();
    const json = Buffer.from(JSON.stringify(payFive));
    const body = "content-encoding" in headers ? gzipSync(json) : json;
    expect(await post(service, body, headers)).toEqual([415, "media_type_unsupported"]);
    expect(service.paid).toEqual([]);
  });

  test("10 MB announced and sent: refused by the announcement, without reading it", async () => {
    const service = await runningService();
    const size = 10 * 1024 * 1024;
    const { authorization } = service.bearer("junior");
    const head = `POST /v1/actions HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\n`;
    const answer = await raw(service, `${head}Content-Length: ${size}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('"code":"body_too_large"');
  });

  test("10 MB in chunks: refused when the limit is reached", async () => {
    const service = await runningService();
    const { authorization } = service.bearer("junior");
    const head = `POST /v1/actions HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\n`;
    const chunk = `10000\r\n${"x".repeat(0x10000)}\r\n`;
    const answer = await raw(service, `${head}Transfer-Encoding: chunked\r\n\r\n${chunk.repeat(160)}`);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(service.paid).toEqual([]);
  });
});

describe("what is not an address of this service", () => {
  test.each([
    ["GET", "/v1/nothing", 404, "route_unknown", null],
    ["PUT", "/v1/actions", 405, "method_not_allowed", "GET, POST, HEAD"],
    ["GET", "/v1/actions/x/settle", 405, "method_not_allowed", "POST"],
    ["DELETE", "/v1/decisions", 405, "method_not_allowed", "GET, HEAD"],
    ["POST", "/health/live", 405, "method_not_allowed", "GET, HEAD"],
    ["GET", `/v1/decisions/${"a".repeat(500)}`, 400, "request_malformed", null],
    ["GET", "/%ff", 400, "request_malformed", null],
    ["GET", "/v1/decisions/../../etc/passwd", 404, "route_unknown", null],
  ])("%s %s is %d %s", async (method, url, status, code, allow) => {
    const service = await runningService();
    const answer = await request(`${service.url}${url}`, { method, headers: service.bearer("junior") });
    expect([answer.status, answer.body.code, answer.headers.get("allow")]).toEqual([status, code, allow]);
    expect(answer.type).toBe("application/problem+json; charset=utf-8");
  });
});

describe("what is no HTTP", () => {
  test.each([
    ["garbage", "\u0000\u0001\u0002\r\n\r\n", 400, "request_malformed"],
    [
      "two lengths",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
      400,
      "request_malformed",
    ],
    [
      "a length and chunks",
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      400,
      "request_malformed",
    ],
    ["headers of 40 KB", `GET / HTTP/1.1\r\nHost: x\r\nA: ${"x".repeat(40_000)}\r\n\r\n`, 431, "headers_too_large"],
  ])("%s", async (_name, bytes, status, code) => {
    const answer = await raw(await runningService(), bytes);
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(answer).toContain(`"code":"${code}"`);
    expect(answer).toContain("application/problem+json");
  });

  test("headers that do not end in time", async () => {
    const service = await runningService({ serviceLimits: { headersMs: 100, requestMs: 200 } });
    const answer = await raw(service, "GET /health/live HTTP/1.1\r\nHost: x\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('"code":"request_timeout"');
  });

  test("a body that does not end in time", async () => {
    const service = await runningService({ serviceLimits: { headersMs: 100, requestMs: 200 } });
    const { authorization } = service.bearer("junior");
    const head = `POST /v1/actions HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Type: application/json\r\n`;
    const answer = await raw(service, `${head}Content-Length: 50\r\n\r\n{"tool"`);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(service.paid).toEqual([]);
  });
});

async function post(
  service: TestService,
  body: Buffer,
  headers: Readonly<Record<string, string>> = { "content-type": "application/json" },
): Promise<[number, string]> {
  const init = { method: "POST", headers: { ...service.bearer("junior"), ...headers }, body: new Uint8Array(body) };
  const answer = await request(`${service.url}/v1/actions`, init);
  return [answer.status, answer.body.code as string];
}

/** Sends bytes and returns all that comes back until the other side closes. */
function raw(service: TestService, bytes: string): Promise<string> {
  const { hostname, port } = new URL(service.url);
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(Number(port), hostname, () => socket.write(bytes, "latin1"));
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      answer += chunk;
      // An answer that keeps the connection open has said everything when its body is there.
      if (/\r\n\r\n\{.*\}$/s.test(answer)) socket.destroy();
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(answer));
  });
}
