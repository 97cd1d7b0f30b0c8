// The calls that a model made and that are not answered yet, by the ids that we gave them. An id is good for one answer; what
// is not in the book was never called.

import { isDeepStrictEqual } from "node:util";
import type { CallOutcome } from "./governed-call.ts";
import type { ReadCall } from "./read-response.ts";

export type Outcomes = ReadonlyMap<string, Promise<CallOutcome>>;

/** The calls of one answer of a model. */
export interface CallSet {
  readonly calls: readonly ReadCall[];
  /** Those that the framework announced together; undefined until it did. */
  announced: readonly ReadCall[] | undefined;
  /** Once they are being decided. */
  deciding: Promise<Outcomes> | undefined;
}

export interface CallBook {
  readonly add: (calls: readonly ReadCall[]) => CallSet;
  /** The framework is about to run these. */
  readonly announce: (ids: readonly (string | undefined)[]) => void;
  /** Takes a call out of the book; undefined where it is not in it, or is not called as it was made. */
  readonly take: (id: string | undefined, name: string, args: unknown) => Taken | undefined;
}

export interface Taken {
  readonly call: ReadCall;
  readonly set: CallSet;
}

/** Calls of turns that were given up are never taken; the oldest make room, and are refused from then on. */
const maxOpenCalls = 10_000;

export function createCallBook(): CallBook {
  const open = new Map<string, Taken>();
  return {
    add: (calls) => {
      const set: CallSet = { calls, announced: undefined, deciding: undefined };
      for (const call of calls) open.set(call.id, { call, set });
      for (const id of open.keys()) {
        if (open.size <= maxOpenCalls) break;
        open.delete(id);
      }
      return set;
    },
    announce: (ids) => {
      const together = new Set(ids);
      for (const id of together) {
        const set = id === undefined ? undefined : open.get(id)?.set;
        if (set === undefined || set.announced !== undefined || set.deciding !== undefined) continue;
        set.announced = set.calls.filter((call) => together.has(call.id));
      }
    },
    take: (id, name, args) => {
      const taken = id === undefined ? undefined : open.get(id);
      if (id === undefined || taken === undefined) return undefined;
      open.delete(id);
      const { shownName, shownArguments } = taken.call;
      return shownName === name && isDeepStrictEqual(args, shownArguments) ? taken : undefined;
    },
  };
}
