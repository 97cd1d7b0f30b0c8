// The service under test, as a process: the real governor, store and HTTP around the broker's tool. Settings come from the
// environment. It reconciles what an earlier process left, listens, prints one line of JSON, and waits to be killed; it ends with its standard input.

import { readFileSync } from "node:fs";
import { loadPolicy } from "@flyball/engine";
import { actionPolicy, type Store } from "@flyball/governor";
import { openPostgresStore } from "@flyball/governor/postgres";
import { openSqliteStore } from "@flyball/governor/sqlite";
import { developmentIdentity, startService } from "@flyball/service";
import { placeOrderTool } from "./place-order-tool.ts";
import { plantBug } from "./planted-bug.ts";
import { chaosEntrypoint } from "./policy.ts";

function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

function openStore(location: string): Promise<Store> | Store {
  if (location.startsWith("postgres:")) return openPostgresStore({ connectionString: location });
  return plantBug(openSqliteStore({ path: location }), process.env["FLYBALL_CHAOS_BUG"], location);
}

const store = await openStore(setting("FLYBALL_CHAOS_STORE"));
const policy = await loadPolicy(new Uint8Array(readFileSync(setting("FLYBALL_CHAOS_POLICY"))));
const identity = await developmentIdentity();
const started = await startService({
  policy: actionPolicy(policy, chaosEntrypoint),
  store,
  identity,
  host: "127.0.0.1",
  port: 0,
  govern: (governor) => {
    const deduplicates = setting("FLYBALL_CHAOS_BROKER_MODE") === "deduplicates";
    governor.governTool(placeOrderTool(setting("FLYBALL_CHAOS_BROKER"), deduplicates));
  },
});
if (started.kind === "refused") throw new Error(started.message);
const { governor, url } = started.service;
// Nobody else uses this store, so whatever is unsettled was left by a process that died. Requests wait: the campaign sends
// none before it has read the line below.
let left = Number.POSITIVE_INFINITY;
for (let attempt = 0; attempt < 100 && left > 0; attempt += 1) {
  if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  ({ left } = await governor.reconcile({ olderThanMs: 0 }));
}
const tokens = identity.kind === "development" ? identity.tokens : {};
process.stdout.write(`${JSON.stringify({ url, tokens, left })}\n`);
// The campaign holds the other end: where it goes, so do we.
process.stdin.resume().on("end", () => process.exit(0));
