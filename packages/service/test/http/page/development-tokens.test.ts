// Whoever holds a development token is a reviewer if they like. The page gets them over loopback, which others share.

import { request as rawRequest } from "node:http";
import { describe, expect, test } from "vitest";
import { request, runningService, type TestService } from "../../support/running-service.ts";

const key = "0123456789abcdefghijklmnopqrstuvwxyzABCDEF-";

function service(): Promise<TestService> {
  return runningService({ page: { files: [], developmentKey: key } });
}

interface Sent {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Over a socket of our own: `fetch` decides on Host and Origin by itself. */
function ask({ url }: TestService, { body = { key }, headers = {} }: Sent): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const sent = { "content-type": "application/json", ...headers };
    const call = rawRequest(
      { hostname, port, path: "/v1/development/tokens", method: "POST", headers: sent },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () => resolve({ status: response.statusCode ?? 0, body: text }));
      },
    );
    call.on("error", reject);
    call.end(JSON.stringify(body));
  });
}

describe("development tokens", () => {
  test("are given for the key, and are those that the service accepts", async () => {
    const running = await service();
    const answer = await ask(running, {});
    expect(answer.status).toBe(200);
    const { tokens } = JSON.parse(answer.body) as { tokens: Record<string, string> };
    const me = await request(`${running.url}/v1/me`, { headers: { authorization: `Bearer ${tokens["reviewer"]}` } });
    expect(me.body.principal).toMatchObject({ subject: "rev", role: "reviewer", tenant: "demo" });
  });

  test.each([
    ["another key", { key: key.replace("0", "1") }],
    ["no key", {}],
    ["a key that is no text", { key: [key] }],
    ["a part of the key", { key: key.slice(0, -1) }],
    ["more than the key", { key, role: "reviewer" }],
    ["a list", [key]],
  ])("are not given for %s", async (_name, body) => {
    const answer = await ask(await service(), { body });
    expect([answer.status, JSON.parse(answer.body).code]).toEqual([403, "development_key_invalid"]);
    expect(answer.body).not.toContain(key);
  });

  test.each([
    ["a name that was made to point here", { host: "attacker.example:8080" }],
    ["another address", { host: "10.0.0.1:8080" }],
    ["a name that looks like an address", { host: "127.0.0.1.attacker.example" }],
    ["an address with a user in front", { host: "127.0.0.1@attacker.example" }],
    ["a page of another site", { host: "127.0.0.1:8080", origin: "https://attacker.example" }],
    ["a page of another port", { host: "127.0.0.1:8080", origin: "http://127.0.0.1:9090" }],
    ["a page without an origin of its own", { host: "127.0.0.1:8080", origin: "null" }],
  ])("are not given, even for the key, to %s", async (_name, headers) => {
    const answer = await ask(await service(), { headers });
    expect([answer.status, JSON.parse(answer.body).code]).toEqual([403, "development_key_invalid"]);
  });

  test("are given to the page under every name of loopback", async () => {
    const running = await service();
    const { port } = new URL(running.url);
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]) {
      const answer = await ask(running, { headers: { host, origin: `http://${host}` } });
      expect([host, answer.status]).toEqual([host, 200]);
    }
  });

  test("a form cannot ask: only JSON is read, which a browser asks leave for first", async () => {
    const running = await service();
    const answer = await ask(running, { headers: { "content-type": "text/plain" } });
    expect(answer.status).toBe(415);
    const preflight = await fetch(`${running.url}/v1/development/tokens`, { method: "OPTIONS" });
    expect([preflight.status, preflight.headers.get("access-control-allow-origin")]).toEqual([405, null]);
  });

  test("are not there at all where nobody made a key", async () => {
    const running = await runningService({ page: { files: [] } });
    expect((await ask(running, { headers: running.bearer("junior") })).status).toBe(404);
  });
});
