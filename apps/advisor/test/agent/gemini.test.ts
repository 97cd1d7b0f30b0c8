// The agent kit's own Gemini client, over a real socket, with a server in Google's place: what is sent to it, what its answers lead
// to, and what is left when it fails.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { type ChattingAdvisor, chattingAdvisor, shorts } from "../support/chatting-advisor.ts";
import { fetchWhenReady } from "../support/fetch-when-ready.ts";
import { answerParts, type GeminiServer, geminiServer } from "../support/gemini-server.ts";
import { compiledPolicies, readRows, temporaryFolder } from "../support/running-advisor.ts";

const policyFile = await compiledPolicies();
const key = "AIzaSecret-of-this-test";
const order = { client: "c-17", symbol: "AAPL", side: "BUY", amount: 25_000, currency: "USD", order_type: "MARKET" };
const call = (args: object): object => ({ functionCall: { name: "execute_trade", args } });

beforeEach(() => {
  vi.stubEnv("GEMINI_API_KEY", key);
  return () => vi.unstubAllEnvs();
});

function talkingTo(server: GeminiServer): Promise<ChattingAdvisor> {
  vi.stubEnv("GOOGLE_GEMINI_BASE_URL", server.url);
  return chattingAdvisor(policyFile, {}, { model: { kind: "api-key", name: "gemini-2.5-flash" } });
}

describe("Gemini", () => {
  test("is shown the tools and the conversation, reads why an order was refused, and sends what would do", async () => {
    const server = await geminiServer((_request, response, step) => {
      if (step === 1) answerParts(response, call(order));
      else if (step === 2) answerParts(response, call({ ...order, amount: 5_000 }));
      else answerParts(response, { text: "I bought for 5,000 USD (simulated)." });
    });
    const advisor = await talkingTo(server);
    const answer = await advisor.say("buy 25,000 USD of AAPL for c-17");
    expect(answer.body).toMatchObject({ model: "gemini-2.5-flash", reply: "I bought for 5,000 USD (simulated)." });
    expect(shorts(answer)).toEqual([
      "execute_trade BUY 25000 USD AAPL c-17: refused",
      "execute_trade BUY 5000 USD AAPL c-17: executed",
    ]);
    const [first, second, third] = server.requests;
    expect(first?.path).toContain("gemini-2.5-flash:generateContent");
    expect(first?.headers["x-goog-api-key"]).toBe(key);
    const declared = first?.body.tools.flatMap(
      (tool: { functionDeclarations: { name: string }[] }) => tool.functionDeclarations,
    );
    expect(declared.map(({ name }: { name: string }) => name)).toEqual([
      "get_quote",
      "get_portfolio",
      "propose_trade",
      "execute_trade",
    ]);
    expect(first?.body.contents.at(-1)).toMatchObject({
      role: "user",
      parts: [{ text: "buy 25,000 USD of AAPL for c-17" }],
    });
    const refusal = second?.body.contents.at(-1).parts[0].functionResponse;
    expect(refusal).toMatchObject({ name: "execute_trade", response: { outcome: "refused", done: false } });
    expect(refusal.response.text).toContain("at most 5,000 USD without");
    expect(third?.body.contents).toHaveLength(5);
    const sent = JSON.stringify(server.requests.map(({ body }) => body));
    for (const secret of [advisor.token("junior"), "urn:flyball", '"jun"', "tenant"])
      expect(sent).not.toContain(secret);
  });

  test("is told in the next turn what was said and done before", async () => {
    const server = await geminiServer((_request, response, step) => {
      if (step === 1) answerParts(response, call({ ...order, amount: 100 }));
      else answerParts(response, { text: `answer ${step}` });
    });
    const advisor = await talkingTo(server);
    await advisor.say("buy 100 USD of AAPL for c-17");
    await advisor.say("thanks");
    const { contents } = server.requests.at(-1)?.body ?? {};
    expect(contents.map(({ role }: { role: string }) => role)).toEqual(["user", "model", "user", "model", "user"]);
    expect(contents[2].parts[0].functionResponse.response).toMatchObject({
      outcome: "executed",
      result: { simulated: true },
    });
    expect(contents.at(-1).parts[0].text).toBe("thanks");
  });

  test.each([
    [
      "answers 429",
      429,
      JSON.stringify({ error: { code: 429, message: `quota of ${key} exceeded`, status: "RESOURCE_EXHAUSTED" } }),
    ],
    ["answers 500 in HTML", 500, `<html>${key}</html>`],
    [
      "answers half of a JSON text",
      200,
      '{"candidates":[{"content":{"parts":[{"functionCall":{"name":"execute_trade","args":{"cl',
    ],
    ["answers no candidates", 200, "{}"],
    ["blocks the answer", 200, JSON.stringify({ promptFeedback: { blockReason: "SAFETY" } })],
  ])("that %s is unavailable, and its key is nowhere", async (_what, status, text) => {
    const log = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    onTestFinished(() => log.mockRestore());
    const server = await geminiServer((_request, response) => {
      response.writeHead(status, { "content-type": "application/json" }).end(text);
    });
    const advisor = await talkingTo(server);
    const answer = await advisor.say("buy 100 USD of AAPL for c-17");
    expect([answer.status, answer.body.code]).toEqual([502, "model_unavailable"]);
    expect(JSON.stringify([answer.body, (await advisor.conversation()).body, log.mock.calls])).not.toContain(key);
    expect(advisor.fills()).toEqual([]);
  });

  test("that hangs is cut when the person goes away", async () => {
    const server = await geminiServer(() => {});
    const advisor = await talkingTo(server);
    const gone = new AbortController();
    const asked = fetch(`${advisor.url()}/v1/chat`, {
      method: "POST",
      headers: { authorization: `Bearer ${advisor.token("junior")}`, "content-type": "application/json" },
      body: JSON.stringify({ session: "s-1", message: "hello" }),
      signal: gone.signal,
    }).catch(() => "gone");
    await vi.waitFor(() => expect(server.requests).toHaveLength(1), { timeout: 10_000 });
    gone.abort();
    expect(await asked).toBe("gone");
    await vi.waitFor(() => expect(server.cut()).toBe(1), { timeout: 10_000 });
    await vi.waitFor(async () => expect((await advisor.conversation()).body.busy).toBe(false), { timeout: 10_000 });
  });
});

test("through Vertex it is asked in the project and place of the settings, as the account that the platform vouches for", async () => {
  const server = await geminiServer((request, response) => {
    if (!request.path.startsWith("/computeMetadata/")) {
      answerParts(response, { text: "Hello from Vertex." });
      return;
    }
    // What a container on Cloud Run asks the platform for.
    response.setHeader("metadata-flavor", "Google");
    response.setHeader("content-type", "application/json");
    const token = { access_token: "token-of-the-account", token_type: "Bearer", expires_in: 3_600 };
    response.end(request.path.includes("/token") ? JSON.stringify(token) : "desk-project");
  });
  vi.stubEnv("GEMINI_API_KEY", "");
  vi.stubEnv("GOOGLE_APPLICATION_CREDENTIALS", "");
  vi.stubEnv("HOME", temporaryFolder());
  vi.stubEnv("GCE_METADATA_HOST", new URL(server.url).host);
  vi.stubEnv("METADATA_SERVER_DETECTION", "assume-present");
  vi.stubEnv("GOOGLE_VERTEX_BASE_URL", server.url);
  const model = { kind: "vertex", name: "gemini-2.5-pro", project: "desk-project", location: "europe-west1" } as const;
  const advisor = await chattingAdvisor(policyFile, {}, { model });
  const answer = await advisor.say("hello");
  expect(answer.body).toMatchObject({ model: "gemini-2.5-pro", reply: "Hello from Vertex." });
  const asked = server.requests.at(-1);
  expect(asked?.path).toContain("/projects/desk-project/locations/europe-west1/");
  expect(asked?.path).toContain("gemini-2.5-pro:generateContent");
  expect(asked?.headers.authorization).toBe("Bearer token-of-the-account");
});

interface Process {
  readonly child: ChildProcess;
  readonly url: string;
  readonly send: (address: string, body?: unknown) => Promise<Response>;
}

/** The program of the container, in a folder of its own, with a server in Google's place. */
async function started(folder: string, server: GeminiServer): Promise<Process> {
  const main = path.resolve(import.meta.dirname, "../../src/main.ts");
  const child = spawn(process.execPath, ["--conditions=flyball-source", main], {
    env: {
      PATH: process.env["PATH"],
      PORT: "0",
      FLYBALL_STATE: folder,
      FLYBALL_POLICY: policyFile,
      GEMINI_API_KEY: key,
      GOOGLE_GEMINI_BASE_URL: server.url,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += String(chunk);
  });
  while (!output.includes('"ready"')) await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0] ?? "";
  const send = (address: string, body?: unknown): Promise<Response> => {
    const tokens = JSON.parse(readFileSync(path.join(folder, "dev-tokens.json"), "utf8")) as Record<string, string>;
    return fetchWhenReady(`${url}${address}`, {
      method: body === undefined ? "GET" : "POST",
      headers: { authorization: `Bearer ${tokens["junior"]}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  };
  return { child, url, send };
}

interface TurnBody {
  readonly code: string;
  readonly ended: string;
  readonly busy: boolean;
  readonly messages: readonly { readonly actions: readonly { readonly outcome: string }[] }[];
  readonly actions: readonly { readonly outcome: string }[];
}

const buyHundred = { session: "s-1", message: "buy 100 USD of AAPL for c-17" };

/** Has one order executed; the answer after that never comes. */
function hangingAfterOne(): Promise<GeminiServer> {
  return geminiServer((_request, response, step) => {
    if (step === 1) answerParts(response, call({ ...order, amount: 100 }));
  });
}

test("SIGTERM in the middle of a turn: a clear answer, what was done is on record, and the process ends in time", async () => {
  const server = await hangingAfterOne();
  const { child, send } = await started(temporaryFolder(), server);
  const asked = send("/v1/chat", buyHundred);
  await vi.waitFor(() => expect(server.requests).toHaveLength(2), { timeout: 15_000 });
  const began = performance.now();
  child.kill("SIGTERM");
  const response = await asked;
  const body = (await response.json()) as TurnBody;
  expect([response.status, body.code, body.ended]).toEqual([503, "stopping", "stopped"]);
  expect(body.actions.map(({ outcome }) => outcome)).toEqual(["executed"]);
  expect(await once(child, "exit")).toEqual([0, null]);
  expect(performance.now() - began).toBeLessThan(10_000);
});

test("SIGKILL in the middle of a turn: the next process shows what was done, and does not do it again", async () => {
  const server = await hangingAfterOne();
  const folder = temporaryFolder();
  const first = await started(folder, server);
  const asked = first.send("/v1/chat", buyHundred).catch(() => "cut");
  await vi.waitFor(() => expect(server.requests).toHaveLength(2), { timeout: 15_000 });
  first.child.kill("SIGKILL");
  expect(await asked).toBe("cut");
  const second = await started(folder, server);
  const shown = (await (await second.send("/v1/sessions/s-1")).json()) as TurnBody;
  // Nobody can know yet that nobody works on it any more.
  expect(shown.busy).toBe(true);
  expect(shown.messages[1]?.actions.map(({ outcome }) => outcome)).toEqual(["executed"]);
  const again = await second.send("/v1/chat", buyHundred);
  expect([again.status, ((await again.json()) as TurnBody).code]).toEqual([409, "turn_in_progress"]);
  expect(readRows(path.join(folder, "paper-broker.sqlite"), "SELECT * FROM fills")).toHaveLength(1);
});
