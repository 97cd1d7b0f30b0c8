import { request as rawRequest } from "node:http";
import type { PageFile } from "@flyball/service";
import { describe, expect, test } from "vitest";
import { request, runningService, type TestService } from "../../support/running-service.ts";

const file = (path: string, type: string, text: string): PageFile => ({ path, type, bytes: Buffer.from(text) });
const files = [
  file("/", "text/html; charset=utf-8", "<!doctype html><title>page</title>"),
  file("/console/main.js", "text/javascript; charset=utf-8", "export {};"),
  file("/console/dom/text.js", "text/javascript; charset=utf-8", "export {};"),
  file("/console/console.css", "text/css; charset=utf-8", "body {}"),
];

const withPage = (): Promise<TestService> => runningService({ page: { files } });

/** The path as it is written, which `fetch` would tidy up. */
function statusOf(service: TestService, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(service.url);
    rawRequest({ hostname, port, path, headers: service.bearer("junior") }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });
}

describe("the page's files", () => {
  test("are served without a token, each at its address and with its type", async () => {
    const service = await withPage();
    for (const { path, type, bytes } of files) {
      const response = await fetch(service.url + path);
      expect([response.status, response.headers.get("content-type")]).toEqual([200, type]);
      expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from(bytes));
    }
  });

  test("may load and run nothing from elsewhere, be framed by nobody, and turn no text into markup", async () => {
    const service = await withPage();
    const { headers } = await fetch(service.url);
    const policy = headers.get("content-security-policy")?.split("; ") ?? [];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy.join(" ")).not.toMatch(/https?:|\*|unsafe|data:|blob:/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(headers.get("x-frame-options")).toBe("DENY");
  });

  test("are asked about each time, and not sent again while they are the same", async () => {
    const service = await withPage();
    const first = await fetch(`${service.url}/console/main.js`);
    const etag = first.headers.get("etag") ?? "";
    expect(first.headers.get("cache-control")).toBe("no-cache");
    for (const header of [etag, `W/${etag}`, `"other", ${etag}`, "*"]) {
      const again = await fetch(`${service.url}/console/main.js`, { headers: { "if-none-match": header } });
      expect([again.status, await again.text()]).toEqual([304, ""]);
    }
    const other = await fetch(`${service.url}/console/main.js`, { headers: { "if-none-match": '"other"' } });
    expect(other.status).toBe(200);
    const styles = await fetch(`${service.url}/console/console.css`);
    expect(styles.headers.get("etag")).not.toBe(etag);
  });

  test("are packed for those who take it, each form under a tag of its own", async () => {
    const script = file("/console/long.js", "text/javascript; charset=utf-8", "export const word = 1;\n".repeat(200));
    const font = file("/console/font.woff2", "font/woff2", "x".repeat(5_000));
    const service = await runningService({ page: { files: [script, font] } });
    const ask = (path: string, accept: string): Promise<Response> =>
      fetch(service.url + path, { headers: { "accept-encoding": accept } });
    const tags = new Set<string | null>();
    for (const accept of ["gzip", "br, gzip;q=0.5", "gzip , br"]) {
      const packed = await ask(script.path, accept);
      expect([accept, packed.headers.get("content-encoding")]).toEqual([accept, "gzip"]);
      expect(packed.headers.get("vary")).toBe("accept-encoding");
      expect(await packed.text()).toBe(Buffer.from(script.bytes).toString());
      tags.add(packed.headers.get("etag"));
    }
    for (const accept of ["identity", "br", "gzip;q=0", "gzip;q=0.0", "x-gzip"]) {
      const plain = await ask(script.path, accept);
      expect([accept, plain.headers.get("content-encoding")]).toEqual([accept, null]);
      tags.add(plain.headers.get("etag"));
    }
    expect(tags.size).toBe(2);
    expect((await ask(font.path, "gzip")).headers.get("content-encoding")).toBe(null);
  });

  test("names all modules with the first answer, so that they come at once", async () => {
    const { headers } = await fetch((await withPage()).url);
    expect(headers.get("link")).toBe(
      '</console/main.js>; rel="modulepreload", </console/dom/text.js>; rel="modulepreload"',
    );
  });

  test("are all that there is: no address leads to a file of the machine", async () => {
    const service = await withPage();
    const tries = [
      "/../package.json",
      "/console/../../package.json",
      "/console/..%2f..%2fpackage.json",
      "/console/%2e%2e/%2e%2e/etc/passwd",
      "/console/..\\..\\package.json",
      "/console//etc/passwd",
      "//etc/passwd",
      "/console/main.js/..",
      "/console/main.js%00.html",
      "/console/",
      "/console",
      "/index.html",
    ];
    for (const path of tries) expect([path, await statusOf(service, path)]).toEqual([path, 404]);
  });

  test("are read and not written", async () => {
    const service = await withPage();
    const answer = await request(service.url, { method: "POST", body: "{}" });
    expect([answer.status, answer.body.code]).toEqual([405, "method_not_allowed"]);
    expect(answer.headers.get("allow")).toBe("GET, HEAD");
    const head = await fetch(service.url, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
  });

  test("are not there in a service without a page", async () => {
    const service = await runningService();
    const headers = service.bearer("junior");
    for (const path of ["/", "/console/identity.json"]) {
      expect((await request(service.url + path, { headers })).body.code).toBe("route_unknown");
    }
  });
});

describe("what the page is told about identity", () => {
  test("is that people are made up, in development", async () => {
    const service = await withPage();
    expect((await request(`${service.url}/console/identity.json`)).body).toEqual({ identity: "development" });
  });

  test.each([
    ["issuer", "token"],
    ["proxy", "proxy"],
  ] as const)("with an %s is %s, and no token is handed out", async (kind, told) => {
    const development = await runningService();
    const service = await runningService({
      page: { files, developmentKey: "a key that means nothing here" },
      identity: { kind, settings: development.identity.settings },
    });
    expect((await request(`${service.url}/console/identity.json`)).body).toEqual({ identity: told });
    const answer = await request(`${service.url}/v1/development/tokens`, {
      method: "POST",
      headers: { "content-type": "application/json", ...development.bearer("junior") },
      body: JSON.stringify({ key: "a key that means nothing here" }),
    });
    expect(answer.body.code).toBe("route_unknown");
  });
});
