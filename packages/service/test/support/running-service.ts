import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { ActionPolicy, Governor, Store } from "@flyball/governor";
import { openSqliteStore } from "@flyball/governor/sqlite";
import { developmentIdentity, type Identity, type StartOptions, startService } from "@flyball/service";
import { onTestFinished } from "vitest";
import { z } from "zod";
import { toolPolicy } from "./tool-policy.ts";

export interface TestService {
  readonly url: string;
  readonly store: Store;
  readonly storeFile: string;
  readonly governor: Governor;
  readonly identity: Identity;
  /** Amounts that the tool `pay` was called with. */
  readonly paid: number[];
  readonly stop: (withinMs: number) => Promise<void>;
  /** A header with the development token of this person. */
  readonly bearer: (person: "analyst" | "junior" | "senior" | "reviewer") => { readonly authorization: string };
}

export interface TestServiceOptions extends Partial<StartOptions> {
  readonly pay?: (amount: number) => unknown;
}

/** A service on a free port of loopback, with a real store; stopped when the test is over. */
export async function runningService(options: TestServiceOptions = {}): Promise<TestService> {
  const { pay = (amount: number) => ({ paid: amount }), ...start } = options;
  const folder = mkdtempSync(path.join(tmpdir(), "flyball-service-"));
  const storeFile = path.join(folder, "store.sqlite");
  const store = start.store ?? openSqliteStore({ path: storeFile, lockWaitMs: 100 });
  const identity = start.identity ?? (await developmentIdentity());
  const policy: ActionPolicy = start.policy ?? (await toolPolicy());
  const paid: number[] = [];
  const result = await startService({
    policy,
    store,
    identity,
    host: "127.0.0.1",
    port: 0,
    govern: (governor) => {
      governor.governTool({
        name: "pay",
        schema: z.strictObject({ amount: z.number() }),
        execute: ({ amount }) => {
          paid.push(amount);
          return pay(amount);
        },
      });
    },
    ...start,
  });
  if (result.kind === "refused") throw new Error(`${result.code}: ${result.message}`);
  const { url, governor, stop } = result.service;
  onTestFinished(async () => {
    await stop(2_000);
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const tokens = identity.kind === "development" ? identity.tokens : {};
  const bearer: TestService["bearer"] = (person) => ({ authorization: `Bearer ${tokens[person]}` });
  return { url, store, storeFile, governor, identity, paid, stop, bearer };
}

export interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: an answer's body is whatever came over the socket
  readonly body: any; // oxlint-disable-line typescript/no-explicit-any
}

export async function request(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  const body: unknown = text === "" ? undefined : JSON.parse(text);
  return { status: response.status, type: response.headers.get("content-type"), headers: response.headers, body };
}

export function postAction(
  service: TestService,
  body: unknown,
  headers: Readonly<Record<string, string>> = service.bearer("junior"),
): Promise<Answer> {
  return request(`${service.url}/v1/actions`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

export const payFive = { tool: "pay", session: "s-1", arguments: { amount: 5 } };
