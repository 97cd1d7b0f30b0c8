import type { StaticValue } from "./constant-pool.ts";
import { Kind, NOTHING } from "./value-bits.ts";

/** What is known of a local at one place. */
export interface Knowledge {
  /** Kinds of value that it may hold: a set of `Kind` bits. */
  readonly kinds: number;
  /** The constants, by their very bits, of which it holds one where it is defined; undefined where it may hold other values too. */
  readonly choices: readonly StaticValue[] | undefined;
  /** A string in it has the bits of a constant, or is equal to none: comparing bits is enough. */
  readonly interned: boolean;
}

/** More possibilities than this are not followed. */
export const MAX_CHOICES = 8;

/**
 * What the locals of a function may hold, kept while the function is lowered from top to bottom. Labels that are left early gather what is known
 * at each exit; at their end the gathered knowledge is joined.
 *
 * Changes are kept on a trail, so that a block costs what it changes and not what the function has; and in a log that is never shortened, so that an
 * exit costs what has changed since the frame's last one.
 */
export interface KindFlow {
  /** False behind a `fail`, `break` or `return`: what follows is not lowered. */
  readonly reachable: boolean;
  get(local: number): Knowledge;
  set(local: number, kinds: number, known?: Partial<Knowledge>): void;
  /** Opens a scope that can be left early. */
  enter(): FlowFrame;
  /** Control may go to the end of the frame from here. */
  exit(frame: FlowFrame): void;
  stop(): void;
  /** The end of the scope. Locals in `dead` are not read any more: nothing is kept about them. */
  leave(frame: FlowFrame, dead?: readonly number[]): void;
}

export interface FlowFrame {
  /** Where the frame's changes begin on the trail. */
  readonly mark: number;
  /** How much of the log the frame has seen. */
  seen: number;
  /** Of the locals in that part of the log: what was known at the frame's beginning. */
  readonly entry: Map<number, Knowledge>;
  /** Locals that may differ from the frame's beginning, joined over the exits; undefined when there was none. */
  exits: Map<number, Knowledge> | undefined;
}

interface Change {
  readonly local: number;
  readonly before: Knowledge;
}

const UNSET: Knowledge = { kinds: NOTHING, choices: undefined, interned: true };

export function createKindFlow(params: readonly number[], paramKinds: number): KindFlow {
  const current = new Map<number, Knowledge>();
  for (const param of params) current.set(param, { kinds: paramKinds, choices: undefined, interned: false });
  const trail: Change[] = [];
  const log: Change[] = [];
  let reachable = true;

  function get(local: number): Knowledge {
    return current.get(local) ?? UNSET;
  }

  function put(local: number, known: Knowledge): void {
    const before = get(local);
    if (before.kinds === known.kinds && before.choices === known.choices && before.interned === known.interned) return;
    const change = { local, before };
    trail.push(change);
    log.push(change);
    current.set(local, known);
  }

  /** Locals that have changed since the frame last looked, or since its beginning. */
  function changedSince(frame: FlowFrame): ReadonlySet<number> {
    const changed = new Set<number>();
    for (; frame.seen < log.length; frame.seen++) {
      const change = log[frame.seen];
      if (change === undefined) continue;
      changed.add(change.local);
      if (!frame.entry.has(change.local)) frame.entry.set(change.local, change.before);
    }
    return changed;
  }

  function exit(frame: FlowFrame): void {
    if (!reachable) return;
    const changed = changedSince(frame);
    const known = frame.exits;
    if (known === undefined) {
      // Also what changed before an unreachable exit, and was not looked at then.
      frame.exits = new Map(Array.from(frame.entry.keys(), (local) => [local, get(local)]));
      return;
    }
    for (const local of changed) {
      const before = known.get(local) ?? frame.entry.get(local);
      if (before !== undefined) known.set(local, joined(before, get(local)));
    }
  }

  return {
    get reachable() {
      return reachable;
    },
    get,
    set(local, kinds, { choices, interned = false } = {}) {
      put(local, { kinds, choices, interned });
    },
    enter() {
      return { mark: trail.length, seen: log.length, entry: new Map(), exits: undefined };
    },
    exit,
    stop() {
      reachable = false;
    },
    leave(frame, dead = []) {
      exit(frame);
      for (let index = trail.length - 1; index >= frame.mark; index--) {
        const change = trail[index];
        if (change === undefined) continue;
        log.push({ local: change.local, before: get(change.local) });
        current.set(change.local, change.before);
      }
      trail.length = frame.mark;
      reachable = frame.exits !== undefined;
      for (const local of dead) frame.exits?.delete(local);
      for (const [local, value] of frame.exits ?? []) put(local, value);
    },
  };
}

/** What is known where control comes from two places. */
export function joined(a: Knowledge, b: Knowledge): Knowledge {
  if (a === b) return a;
  const interned = (a.interned || isUndefined(a.kinds)) && (b.interned || isUndefined(b.kinds));
  return { kinds: a.kinds | b.kinds, choices: joinedChoices(a, b), interned };
}

function joinedChoices(a: Knowledge, b: Knowledge): readonly StaticValue[] | undefined {
  if (isUndefined(a.kinds)) return b.choices;
  if (isUndefined(b.kinds) || a.choices === b.choices) return a.choices;
  if (a.choices === undefined || b.choices === undefined) return undefined;
  return distinctChoices([...a.choices, ...b.choices]);
}

/** Each once, or undefined where there are too many. */
export function distinctChoices(values: readonly StaticValue[]): readonly StaticValue[] | undefined {
  const distinct = [...new Map(values.map((value) => [value.bits, value])).values()];
  return distinct.length > MAX_CHOICES ? undefined : distinct;
}

/** Whether the kinds leave a possibility of being undefined. */
export function maybeUndefined(kinds: number): boolean {
  return (kinds & NOTHING) !== 0;
}

export function isUndefined(kinds: number): boolean {
  return (kinds & ~NOTHING) === 0;
}

/** Whether a read may meet a local that was never assigned. */
export function maybeUnset(kinds: number): boolean {
  return (kinds & Kind.unset) !== 0 && !isUndefined(kinds);
}
