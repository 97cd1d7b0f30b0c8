import { DatabaseSync } from "node:sqlite";
import { loadBuiltins } from "@flyball/builtins";
import { compile } from "@flyball/compiler";
import { systemClock as engineClock, loadPolicy } from "@flyball/engine";
import { actionPolicy, auditDecision, type DecisionAudit, recompute, type Store } from "@flyball/governor";
import { openSqliteStore } from "@flyball/governor/sqlite";
import { describe, expect, onTestFinished, test } from "vitest";
import { approver, type Desk, deskPolicy, openDesk } from "../support/desk.ts";
import { temporaryStore } from "../support/test-governor.ts";

const policy = await deskPolicy();

interface Audited extends Desk {
  readonly file: string;
  /** As an auditor opens it: another connection, for reading. */
  readonly audit: (id: string) => Promise<DecisionAudit>;
}

function auditedDesk(): Audited {
  const { store, file } = temporaryStore();
  const audit = async (id: string) => {
    const auditor = openSqliteStore({ path: file, readOnly: true });
    try {
      const found = await auditDecision({ store: auditor, tenant: "acme", id });
      if (found === undefined) throw new Error("there is no such decision");
      return found;
    } finally {
      await auditor.close();
    }
  };
  return { ...openDesk(store, policy), file, audit };
}

function harm(file: string, sql: string): void {
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
}

async function suspended(desk: Desk): Promise<{ readonly id: string; readonly decisionId: string }> {
  const outcome = await desk.pay(5_000);
  if (outcome.outcome !== "suspended") throw new Error(outcome.outcome);
  return { id: outcome.review.id, decisionId: outcome.decision.id };
}

async function approved(desk: Desk): Promise<{ readonly id: string; readonly decisionId: string }> {
  const { id } = await suspended(desk);
  const word = { id, verdict: "approve", reason: "the client called" } as const;
  const answer = await desk.governor.resolveReview({ principal: approver }, word);
  if (answer.kind !== "resolved") throw new Error(answer.message);
  return { id, decisionId: answer.outcome.decision.id };
}

const failing = (audit: DecisionAudit): readonly string[] =>
  audit.findings.filter(({ result }) => result === "fails").map(({ statement }) => statement);

describe("an audit of what is as it was", () => {
  test("finds that every statement holds: allowed, denied, suspended, approved, rejected, failed, halted", async () => {
    const desk = auditedDesk();
    const ids = [
      (await desk.pay(900)).decision.id,
      (await desk.pay(30_000)).decision.id,
      (await desk.pay(13)).decision.id,
    ];
    const waiting = await suspended(desk);
    ids.push(waiting.decisionId, (await approved(desk)).decisionId);
    const word = { id: waiting.id, verdict: "reject", reason: "no" } as const;
    const rejected = await desk.governor.resolveReview({ principal: approver }, word);
    if (rejected.kind === "resolved") ids.push(rejected.outcome.decision.id);
    ids.push(
      (await desk.governor.check({ principal: approver, session: "s" }, { tool: "pay", arguments: { amount: 1 } })).id,
    );
    await desk.governor.drain();
    await desk.governor.putHalt({ principal: approver }, { scope: { kind: "tenant" }, reason: "r" });
    ids.push((await desk.pay(1)).decision.id);
    for (const id of ids) {
      const { findings, result } = await desk.audit(id);
      expect({ result, findings: findings.filter((finding) => finding.result !== "holds") }).toEqual({
        result: "holds",
        findings: [],
      });
    }
    expect(ids).toHaveLength(8);
  });

  test("says in words what was found", async () => {
    const desk = auditedDesk();
    const { decisionId } = await approved(desk);
    const { findings } = await desk.audit(decisionId);
    const said = Object.groupBy(findings, ({ statement }) => statement);
    expect(said.approval?.[0]?.detail).toBe("rev (reviewer) approved it: the client called");
    expect(said.outcome?.[0]?.detail).toBe("the decision is MANUAL_REVIEW, the action executed");
    expect(said.ledger?.[0]?.detail).toBe("the policy was told the same as input.exposure");
    expect(said.configuration?.[0]?.detail).toContain('"deadlineMs":10000');
  });

  test("finds nothing under another tenant or id", async () => {
    const { store } = temporaryStore();
    const desk = openDesk(store, policy);
    const { decision } = await desk.pay(1);
    expect(await auditDecision({ store, tenant: "other", id: decision.id })).toBe(undefined);
    expect(await auditDecision({ store, tenant: "acme", id: "'; --" })).toBe(undefined);
  });
});

describe("an audit of what somebody has changed", () => {
  const allowed = async (desk: Desk) => (await desk.pay(900)).decision.id;
  const withReview = async (desk: Desk) => (await approved(desk)).decisionId;
  test.each<[string, (desk: Desk) => Promise<string>, string, readonly string[]]>([
    ["the effect", allowed, "UPDATE decisions SET effect = 'DENY'", ["decision", "outcome"]],
    ["the reasons", withReview, `UPDATE decisions SET reasons = '[{"code":"other","message":"x"}]'`, ["decision"]],
    ["what the policy was told", allowed, "UPDATE decisions SET input = replace(input, '900', '9')", ["arguments"]],
    [
      "the ledger's figures",
      withReview,
      `UPDATE decisions SET provenance = replace(provenance, '"reserved":"0"', '"reserved":"1"')`,
      ["ledger"],
    ],
    ["the time", allowed, "UPDATE decisions SET decided_at = '2020-01-01T00:00:00.000Z'", ["time"]],
    ["the arguments of the action", allowed, `UPDATE actions SET arguments = '{"amount":9}'`, ["arguments"]],
    ["who approved", withReview, "UPDATE reviews SET by_subject = 'somebody'", ["approval"]],
    ["why it was approved", withReview, "UPDATE reviews SET reason = 'another'", ["approval"]],
    ["what became of the review", withReview, "UPDATE reviews SET state = 'rejected'", ["approval"]],
    ["what became of the action", allowed, "UPDATE actions SET state = 'refused'", ["outcome"]],
    [
      "that it was started although it was only to be reviewed",
      async (desk) => (await suspended(desk)).decisionId,
      "UPDATE actions SET state = 'executed'",
      ["outcome"],
    ],
    [
      "that no policy allowed it",
      allowed,
      "UPDATE decisions SET policy_digest = null, provenance = null",
      ["decision"],
    ],
  ])("finds %s", async (_name, make, sql, statements) => {
    const desk = auditedDesk();
    const id = await make(desk);
    harm(desk.file, sql);
    const audit = await desk.audit(id);
    expect(audit.result).toBe("fails");
    expect([...new Set(failing(audit))]).toEqual(statements);
  });

  test.each([
    ["the module", "DELETE FROM artifacts WHERE kind = 'module'"],
    ["a module of the right name and other bytes", "UPDATE artifacts SET bytes = x'00' WHERE kind = 'module'"],
    ["the configuration", "DELETE FROM artifacts WHERE kind = 'configuration'"],
  ])("does not call right what it cannot know: without %s it is unknown", async (_name, sql) => {
    const desk = auditedDesk();
    const id = await allowed(desk);
    harm(desk.file, sql);
    expect((await desk.audit(id)).result).toBe("unknown");
  });
});

describe("a policy that asks for the time or for host built-ins", () => {
  const rego = `package timed

default decision := "DENY"

decision := "ALLOW" if {
  time.now_ns() == input.now_ns
  time.clock(input.now_ns)[0] >= 0
}
`;

  async function decided(): Promise<{ readonly store: Store; readonly id: string }> {
    const { wasm, manifest } = compile({ modules: { "timed.rego": rego }, entrypoints: ["timed/decision"] });
    if (wasm === undefined || manifest === undefined) throw new Error("it does not compile");
    const builtins = await loadBuiltins(manifest.builtins.map(({ name }) => name));
    const loaded = await loadPolicy(wasm, { clock: engineClock, builtins });
    const { store } = temporaryStore();
    const keep = { module: wasm, builtins: "test 1" };
    const desk = openDesk(store, actionPolicy(loaded, "timed/decision", keep));
    onTestFinished(() => desk.governor.drain());
    const { decision } = await desk.pay(1);
    expect(decision.effect).toBe("ALLOW");
    return { store, id: decision.id };
  }

  test("was told the moment that the record names, and is told it again", async () => {
    const { store, id } = await decided();
    await new Promise((resolve) => setTimeout(resolve, 5));
    const audit = await auditDecision({ store, tenant: "acme", id, builtins: loadBuiltins, builtinsFrom: "test 1" });
    expect(audit?.findings.find(({ statement }) => statement === "decision")?.result).toBe("holds");
  });

  test("cannot be asked again without them, or with those of another version", async () => {
    const { store, id } = await decided();
    const record = await store.readDecision({ tenant: "acme", id });
    if (record === undefined) return expect.fail("no record");
    const missing = { kind: "unavailable", missing: "builtins" };
    expect(await recompute({ record, store })).toEqual(missing);
    expect(await recompute({ record, store, builtins: loadBuiltins, builtinsFrom: "test 2" })).toEqual(missing);
  });
});
