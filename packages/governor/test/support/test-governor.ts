import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type ActionPolicy, createGovernor, type Governor, type GovernorOptions, type Store } from "@flyball/governor";
import { openSqliteStore } from "@flyball/governor/sqlite";
import { onTestFinished } from "vitest";
import { paySchema } from "./people.ts";

/** Gone when the test is. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), "flyball-governor-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A store in a file of its own, closed and deleted when the test is over. */
export function temporaryStore(): { readonly store: Store; readonly file: string } {
  const file = path.join(temporaryFolder(), "store.sqlite");
  const store = openSqliteStore({ path: file, lockWaitMs: 100 });
  onTestFinished(() => store.close());
  return { store, file };
}

export interface TestGovernor {
  readonly governor: Governor;
  readonly store: Store;
  readonly file: string;
  /** Counts what the tool was called with. */
  readonly calls: { readonly amount: number; readonly idempotencyKey: string }[];
  readonly pay: ReturnType<Governor["governTool"]>;
}

/** A governor with one tool, `pay`, on a real store. */
export function testGovernor(
  policy: ActionPolicy | undefined,
  options: Partial<GovernorOptions> & { readonly execute?: (amount: number, signal: AbortSignal) => unknown } = {},
): TestGovernor {
  const opened = temporaryStore();
  const { execute = (amount: number) => ({ paid: amount }), ...rest } = options;
  const store = rest.store ?? opened.store;
  const governor = createGovernor({ policies: { current: () => policy }, ...rest, store });
  onTestFinished(() => governor.drain());
  const calls: { amount: number; idempotencyKey: string }[] = [];
  const pay = governor.governTool({
    name: "pay",
    schema: paySchema,
    execute: ({ amount }, { idempotencyKey, signal }) => {
      calls.push({ amount, idempotencyKey });
      return execute(amount, signal);
    },
  });
  return { governor, store, file: opened.file, calls, pay };
}
