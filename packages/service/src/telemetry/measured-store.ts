import type { Store } from "@flyball/governor";
import type { Instruments } from "./instruments.ts";

/** The same store; each decision is counted once it is on disk, where the count cannot differ from the record. */
export function measuredStore(store: Store, { decided }: Pick<Instruments, "decided">): Store {
  return Object.freeze({
    ...store,
    async commitDecision(command: Parameters<Store["commitDecision"]>[0]) {
      const result = await store.commitDecision(command);
      if (result.kind === "committed") decided(command.record);
      return result;
    },
    async recordChecks(records: Parameters<Store["recordChecks"]>[0]) {
      await store.recordChecks(records);
      for (const record of records) decided(record);
    },
  });
}
