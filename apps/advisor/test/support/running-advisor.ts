import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { onTestFinished } from "vitest";
import { buildPolicy } from "../../src/start/build-policy.ts";
import { readSettings, type Settings } from "../../src/start/read-settings.ts";
import { runAdvisor } from "../../src/start/run-advisor.ts";

const root = path.resolve(import.meta.dirname, "../../../..");

/** The repository's own policies, compiled once for all tests of a file. */
export async function compiledPolicies(): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), "flyball-policy-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const output = path.join(folder, "policy.wasm");
  const built = await buildPolicy({ sources: path.relative("", path.join(root, "policies")), output, compiler: [] });
  if (!built.ok) throw new Error(built.diagnostics);
  return output;
}

export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "flyball-advisor-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export function settingsFor(stateFolder: string, policyFile: string): Settings {
  const read = readSettings({ PORT: "0", FLYBALL_STATE: stateFolder, FLYBALL_POLICY: policyFile });
  if (!read.ok) throw new Error(read.problems.join("; "));
  return read.settings;
}

export type Person = "analyst" | "junior" | "senior" | "reviewer";

export interface TestAdvisor {
  readonly url: string;
  readonly folder: string;
  readonly token: (person: Person) => string;
  /** How many orders the broker has filled. */
  readonly fills: () => number;
  /** What SQLite finds wrong with the store; empty where it is sound. */
  readonly damage: () => readonly string[];
}

/** The advisor as `main.ts` runs it, on a free port, with stores of its own; stopped when the test is over. */
export async function runningAdvisor(policyFile: string): Promise<TestAdvisor> {
  const folder = temporaryFolder();
  const result = await runAdvisor(settingsFor(folder, policyFile));
  if (!result.ok) throw new Error(result.message);
  const { service, stop, tokensFile } = result.advisor;
  onTestFinished(() => stop(2_000));
  const { default: tokens } = (await import(tokensFile ?? "", { with: { type: "json" } })) as {
    default: Record<Person, string>;
  };
  return {
    url: service.url,
    folder,
    token: (person) => tokens[person],
    fills: () =>
      Number(readRows(path.join(folder, "paper-broker.sqlite"), "SELECT count(*) AS n FROM fills")[0]?.["n"]),
    damage: () => damageOf(path.join(folder, "governor.sqlite")),
  };
}

function damageOf(file: string): readonly string[] {
  const integrity = readRows(file, "PRAGMA integrity_check").map((row) => String(row["integrity_check"]));
  const dangling = readRows(file, "PRAGMA foreign_key_check").map((row) => JSON.stringify(row));
  const undecided = readRows(
    file,
    `SELECT a.id FROM actions a LEFT JOIN decisions d ON d.id = a.decision_id AND d.action_id = a.id
     WHERE d.id IS NULL OR (a.state IN ('executing', 'executed', 'failed', 'unknown')) <> (d.effect = 'ALLOW')`,
  ).map((row) => `action ${row["id"]} does not fit its decision`);
  return [...integrity.filter((line) => line !== "ok"), ...dangling, ...undecided];
}

export function readRows(file: string, sql: string): Record<string, unknown>[] {
  const db = new DatabaseSync(file, { readOnly: true });
  try {
    return db.prepare(sql).all();
  } finally {
    db.close();
  }
}

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: an answer's body is whatever came over the socket
  readonly body: any; // oxlint-disable-line typescript/no-explicit-any
}

export interface Sent {
  readonly body: string | Buffer;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function post(advisor: TestAdvisor, sent: Sent): Promise<Answer> {
  const token = sent.token ?? advisor.token("junior");
  const response = await fetch(`${advisor.url}/v1/actions`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json", ...sent.headers },
    body: typeof sent.body === "string" ? sent.body : new Uint8Array(sent.body),
  });
  return { status: response.status, body: await response.json() };
}

export const order = {
  client: "c-17",
  symbol: "AAPL",
  side: "BUY",
  amount: 1000,
  currency: "USD",
  order_type: "LIMIT",
  limit_price: 231.5,
} as const;

/** The body of a trade; `raw` replaces `"amount":1000` by JSON text of any kind. */
export function trade(over: Readonly<Record<string, unknown>> = {}, raw = ""): string {
  const body = JSON.stringify({ tool: "execute_trade", session: "s-1", arguments: { ...order, ...over } });
  return raw === "" ? body : body.replace('"amount":1000', raw);
}
