import { compile } from "@flyball/compiler";
import { BuiltinError, loadPolicy, PolicyLoadError } from "@flyball/engine";
import { getKey, makeSet, type RegoObject } from "@flyball/engine/values";
import { describe, expect, it } from "vitest";
import { type BuiltinGrants, type HttpRequest, loadBuiltins } from "../src/index.ts";

function build(source: string): Uint8Array<ArrayBuffer> {
  const { wasm, diagnostics } = compile({ modules: { "p.rego": source }, entrypoints: ["p/answer"] });
  if (wasm === undefined) throw new Error(diagnostics.map(({ message }) => message).join("; "));
  return new Uint8Array(wasm);
}

function counting(): BuiltinGrants & { readonly asked: number[] } {
  const asked: number[] = [];
  return {
    asked,
    randomBytes: (count) => {
      asked.push(count);
      return crypto.getRandomValues(new Uint8Array(count));
    },
  };
}

describe("a policy that wants randomness", () => {
  const source = `package p

answer := {"numbers": {rand.intn("k", 1000000000) | numbers.range(1, 50)[_]}, "id": uuid.rfc4122("k"), "again": uuid.rfc4122("k"), "other": uuid.rfc4122("l")}
`;

  it("does not load without the grant", async () => {
    await expect(loadPolicy(build(source), { builtins: loadBuiltins })).rejects.toThrow(PolicyLoadError);
  });

  it("asks once for each question in an evaluation, and anew in the next", async () => {
    const grants = counting();
    const policy = await loadPolicy(build(source), { builtins: (names) => loadBuiltins(names, { grants }) });
    const answers = [policy.evaluate(undefined), policy.evaluate(undefined)].map((evaluation) => {
      if (evaluation.kind !== "value") throw new Error(evaluation.kind);
      return evaluation.value as RegoObject;
    });
    const ids = answers.map((answer) => String(getKey(answer, "id")));
    for (const answer of answers) {
      expect((getKey(answer, "numbers") as ReadonlySet<unknown>).size).toBe(1);
      expect(getKey(answer, "again")).toBe(getKey(answer, "id"));
      expect(getKey(answer, "other")).not.toBe(getKey(answer, "id"));
    }
    expect(ids[0]).not.toBe(ids[1]);
    expect(ids[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(grants.asked.filter((count) => count === 16)).toHaveLength(4);
  });
});

describe("numbers below a bound", () => {
  it("are below it, whatever the bytes are", async () => {
    for (const byte of [0, 1, 127, 128, 254]) {
      const grants: BuiltinGrants = { randomBytes: (count) => new Uint8Array(count).fill(byte) };
      const random = (await loadBuiltins(["rand.intn"], { grants })).get("rand.intn");
      for (const bound of [1, 2, 10, -10, 2 ** 31, 2 ** 52]) {
        const number = random?.(["k", bound], { now: undefined }) as number;
        expect(Number.isInteger(number) && number >= 0 && number < Math.abs(bound), `${byte} ${bound}: ${number}`).toBe(
          true,
        );
      }
      expect(random?.(["k", 0], { now: undefined })).toBe(0);
    }
  });

  it("fail where the source only repeats what must be drawn again", async () => {
    const grants: BuiltinGrants = { randomBytes: (count) => new Uint8Array(count).fill(255) };
    const random = (await loadBuiltins(["rand.intn"], { grants })).get("rand.intn");
    expect(() => random?.(["k", 3], { now: undefined })).toThrow(expect.objectContaining({ fatal: true }));
  });
});

describe("addresses of names", () => {
  const grants: BuiltinGrants = {
    lookUpAddresses: (name) => {
      if (name !== "db.internal") throw new Error("no such host");
      return ["10.0.0.2", "10.0.0.1"];
    },
  };

  it("come from the application, addresses from themselves", async () => {
    const lookUp = (await loadBuiltins(["net.lookup_ip_addr"], { grants })).get("net.lookup_ip_addr");
    const environment = { now: undefined, memo: new Map() };
    expect(lookUp?.(["db.internal"], environment)).toEqual(makeSet(["10.0.0.1", "10.0.0.2"]));
    expect(lookUp?.(["::0001"], environment)).toEqual(makeSet(["::1"]));
    expect(() => lookUp?.(["evil.example"], environment)).toThrow(BuiltinError);
  });
});

describe("requests", () => {
  const seen: HttpRequest[] = [];
  const grants: BuiltinGrants = {
    http: (request) => {
      seen.push(request);
      if (request.url.includes("down")) throw new Error("connection refused");
      const body = request.url.includes("bad") ? "{" : '{"roles": ["admin"], "n": 10000000000000000000001}';
      return {
        statusCode: 200,
        statusText: "OK",
        headers: [
          ["Content-Type", "application/json"],
          ["X-A", "1"],
          ["x-a", "2"],
        ],
        body: new TextEncoder().encode(body),
      };
    },
  };
  const load = async () => {
    const send = (await loadBuiltins(["http.send"], { grants })).get("http.send");
    return (request: RegoObject, memo = new Map()) => send?.([request], { now: undefined, memo }) as RegoObject;
  };

  it("are handed over checked, and answers read", async () => {
    const send = await load();
    const request = {
      method: "post",
      url: "http://a/x",
      body: { b: [1] },
      headers: { H: "v" },
      timeout: "1500ms",
      tls_ca_cert: "pem",
    };
    const answer = send(request);
    expect(seen.at(-1)).toEqual({
      method: "POST",
      url: "http://a/x",
      headers: [["H", "v"]],
      body: '{"b":[1]}',
      timeoutMilliseconds: 1500,
      followsRedirects: false,
      retries: 0,
      tls: { tls_ca_cert: "pem" },
    });
    expect(getKey(answer, "status")).toBe("200 OK");
    expect(getKey(answer, "headers")).toEqual({ "content-type": ["application/json"], "x-a": ["1", "2"] });
    expect(String(getKey(getKey(answer, "body") as RegoObject, "n"))).toBe("10000000000000000000001");
    expect(getKey(send({ method: "get", url: "http://a/bad" }), "body")).toBeNull();
  });

  it("are sent once for each question in an evaluation", async () => {
    const send = await load();
    const memo = new Map();
    const before = seen.length;
    const first = send({ method: "get", url: "http://a/y" }, memo);
    expect(send({ method: "get", url: "http://a/y" }, memo)).toBe(first);
    expect(seen.length).toBe(before + 1);
    send({ method: "get", url: "http://a/y" });
    expect(seen.length).toBe(before + 2);
  });

  it("that are wrong or find no answer are errors, or values where the policy wants them", async () => {
    const send = await load();
    expect(() => send({ method: "get" })).toThrow('operand 1 missing required request parameters(s): {"url"}');
    expect(() => send({ method: "get", url: "http://a", no: 1 })).toThrow('invalid request parameters(s): {"no"}');
    expect(() => send({ method: "get", url: "http://down" })).toThrow("connection refused");
    const answer = send({ method: "get", url: "http://down", raise_error: false });
    expect(getKey(answer, "status_code")).toBe(0);
    expect(getKey(getKey(answer, "error") as RegoObject, "code")).toBe("eval_http_send_network_error");
  });
});

describe("print", () => {
  it("tells whoever listens, one line for each combination of values", async () => {
    const printed: string[] = [];
    const builtins = await loadBuiltins(["internal.print", "trace"], {
      grants: { print: (line) => void printed.push(line) },
    });
    const print = builtins.get("internal.print");
    expect(print?.([[makeSet(["x"]), makeSet([1, { a: "b" }]), makeSet([])]], { now: undefined })).toBe(true);
    expect(printed).toEqual(["x 1 <undefined>", 'x {"a": "b"} <undefined>']);
    expect(builtins.get("trace")?.(["note"], { now: undefined })).toBe(true);
  });
});
