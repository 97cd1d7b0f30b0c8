import type { DecisionRecord } from "../decision/decision-record.ts";
import type { Store } from "../store/store.ts";
import type { GovernorLimits } from "./governor-limits.ts";

/** Keeps the decisions of `check` and hands them to the store in batches; a crash loses what is not handed over yet. */
export interface CheckLog {
  readonly add: (record: DecisionRecord) => void;
  /** Resolves when everything added so far is stored or given up. */
  readonly flush: () => Promise<void>;
  /** How many checks the store did not take, since the start. */
  readonly lost: () => number;
}

export function createCheckLog(store: Store, limits: GovernorLimits): CheckLog {
  let batch: DecisionRecord[] = [];
  let timer: NodeJS.Timeout | undefined;
  let lost = 0;
  let writing: Promise<void> = Promise.resolve();

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const records = batch;
    batch = [];
    if (records.length > 0) writing = writing.then(() => write(records));
    return writing;
  }

  async function write(records: readonly DecisionRecord[]): Promise<void> {
    try {
      await store.recordChecks(records);
    } catch {
      // Nothing hangs on a check, so it is not kept for later: memory would grow for as long as the store is away.
      lost += records.length;
    }
  }

  return {
    add: (record) => {
      batch.push(record);
      if (batch.length >= limits.checkBatch) void flush();
      else timer ??= setTimeout(() => void flush(), limits.checkFlushMs);
    },
    flush,
    lost: () => lost,
  };
}
