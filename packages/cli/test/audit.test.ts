import { copyFileSync } from "node:fs";
import path from "node:path";
import { DatabaseSync } from "node:sqlite";
import { compile } from "@flyball/compiler";
import { loadPolicy } from "@flyball/engine";
import { actionPolicy, createGovernor, fixedPolicy, type Principal } from "@flyball/governor";
import { backUpSqliteStore, openSqliteStore } from "@flyball/governor/sqlite";
import { afterEach, describe, expect, test, vi } from "vitest";
import { flyball, folderWith } from "./run-flyball.ts";

const rego = `package payments

default decision := {"decision": "DENY", "reasons": [{"code": "too_much", "message": "at most 100"}]}

decision := "ALLOW" if input.action.arguments.amount <= 100
`;

const principal: Principal = { tenant: "acme", issuer: "https://id.example", subject: "jun", role: "junior" };

/** A folder with the store of a governor that has decided on payments of these amounts; their decisions, in this order. */
async function storeWith(
  amounts: readonly number[],
): Promise<{ readonly folder: string; readonly ids: readonly string[] }> {
  const folder = folderWith({});
  const { wasm } = compile({ modules: { "payments.rego": rego }, entrypoints: ["payments/decision"] });
  if (wasm === undefined) throw new Error("the policy does not compile");
  const store = openSqliteStore({ path: path.join(folder, "governor.sqlite") });
  const policy = actionPolicy(await loadPolicy(wasm), "payments/decision", { module: wasm });
  const governor = createGovernor({ policies: fixedPolicy(policy), store });
  const anything = { "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value }) } } as const;
  governor.governTool({ name: "pay", schema: anything, execute: () => "paid" });
  const ids = [];
  for (const amount of amounts) {
    const outcome = await governor.act({ principal, session: "s-1" }, { tool: "pay", arguments: { amount } });
    ids.push(outcome.decision.id);
  }
  await governor.drain();
  await store.close();
  return { folder, ids };
}

function harm(folder: string, sql: string): void {
  const db = new DatabaseSync(path.join(folder, "governor.sqlite"));
  db.exec(sql);
  db.close();
}

afterEach(() => {
  vi.unstubAllEnvs();
});

const settled = (text: string, ids: readonly string[]): string =>
  ids
    .reduce((said, id, index) => said.replaceAll(id, `ID-${index}`), text)
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME")
    .replaceAll(/sha256:[0-9a-f]{64}/g, "sha256:...")
    .replaceAll(/\{.*\}/g, "{...}");

describe("flyball audit", () => {
  test("says of the latest decisions, newest first, that they hold", async () => {
    const { folder, ids } = await storeWith([5, 500]);
    const { status, stdout, stderr } = await flyball(folder, "audit", "governor.sqlite", "--tenant", "acme");
    expect([status, stderr]).toEqual([0, ""]);
    expect(settled(stdout, ids)).toBe(
      "holds    ID-1  TIME  DENY  pay  jun (junior)\nholds    ID-0  TIME  ALLOW  pay  jun (junior)\n2 hold, 0 fail, 0 unknown\n",
    );
    const one = await flyball(folder, "audit", "governor.sqlite", "-t", "acme", "-n", "1");
    expect(settled(one.stdout, ids)).toContain("1 hold, 0 fail, 0 unknown");
  });

  test("says of one decision all that was found", async () => {
    const { folder, ids } = await storeWith([5]);
    const { stdout } = await flyball(folder, "audit", "governor.sqlite", "--tenant", "acme", ids[0] ?? "");
    expect(settled(stdout, ids)).toBe(`holds    ID-0  TIME  ALLOW  pay  jun (junior)
         decision      holds   the policy sha256:..., asked again, says the same
         time          holds   the clock said TIME
         arguments     holds   the stored action is sha256:...
         arguments     holds   the policy was told the same as input.action
         outcome       holds   the decision is ALLOW, the action executed
         configuration holds   {...}
1 hold, 0 fail, 0 unknown
`);
  });

  test("finds what was changed, and is 1", async () => {
    const { folder, ids } = await storeWith([5, 500]);
    harm(folder, `UPDATE decisions SET effect = 'ALLOW', reasons = '[]'`);
    const { status, stdout } = await flyball(folder, "audit", "governor.sqlite", "--tenant", "acme");
    expect(status).toBe(1);
    expect(settled(stdout, ids)).toBe(`fails    ID-1  TIME  ALLOW  pay  jun (junior)
         decision      fails   the policy, asked again, says DENY (too_much)
         outcome       fails   the decision is ALLOW, the action refused
holds    ID-0  TIME  ALLOW  pay  jun (junior)
1 hold, 1 fail, 0 unknown
`);
    const { stdout: json } = await flyball(folder, "audit", "governor.sqlite", "--tenant", "acme", "--json");
    const report = JSON.parse(json) as { readonly decisions: readonly { readonly result: string }[] };
    expect(report).toMatchObject({ holds: 1, fails: 1, unknown: 0 });
    expect(report.decisions.map(({ result }) => result)).toEqual(["fails", "holds"]);
  });

  test("is 1 where the module is not kept any more", async () => {
    const { folder } = await storeWith([5]);
    harm(folder, "DELETE FROM artifacts WHERE kind = 'module'");
    const { status, stdout } = await flyball(folder, "audit", "governor.sqlite", "--tenant", "acme");
    expect([status, stdout.split("\n").at(-2)]).toEqual([1, "0 hold, 0 fail, 1 unknown"]);
  });

  test("reads a backup, and one that nobody may write", async () => {
    const { folder } = await storeWith([5]);
    backUpSqliteStore({ from: path.join(folder, "governor.sqlite"), to: path.join(folder, "backup.sqlite") });
    expect((await flyball(folder, "audit", "backup.sqlite", "--tenant", "acme")).status).toBe(0);
  });

  test.each<[readonly string[], string]>([
    [[], "audit needs the file of a store, or --database"],
    [["--database", "-t", "acme"], "--database needs DATABASE_URL"],
    [["governor.sqlite"], "audit needs --tenant TENANT"],
    [["nothing.sqlite", "-t", "acme"], "nothing.sqlite"],
    [["text.sqlite", "-t", "acme"], "text.sqlite"],
    [["governor.sqlite", "-t", "acme", "no-such-id"], "acme has no decision no-such-id"],
    [["governor.sqlite", "-t", "acme", "-n", "0"], "must be a whole number from 1"],
    [["governor.sqlite", "-t", "acme", "-n", "1", "x"], "ids or --last"],
  ])("%j is a wrong call: 2", async (args, message) => {
    const { folder } = await storeWith([5]);
    copyFileSync(new URL(import.meta.url), path.join(folder, "text.sqlite"));
    const { status, stdout, stderr } = await flyball(folder, "audit", ...args);
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
  });

  test("says why a database cannot be read, and nothing of its password: 2", async () => {
    const { folder } = await storeWith([]);
    vi.stubEnv("DATABASE_URL", "postgres://auditor:hunter2@127.0.0.1:1/x");
    const { status, stdout, stderr } = await flyball(folder, "audit", "--database", "--tenant", "acme");
    expect([status, stdout]).toEqual([2, ""]);
    expect(stderr).toContain("the database cannot be reached");
    expect(stderr).not.toContain("hunter2");
  });

  test("has nothing to say of another tenant", async () => {
    const { folder } = await storeWith([5]);
    const { status, stdout } = await flyball(folder, "audit", "governor.sqlite", "--tenant", "other");
    expect([status, stdout]).toEqual([0, "0 hold, 0 fail, 0 unknown\n"]);
  });
});
