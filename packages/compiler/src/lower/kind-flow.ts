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
 * Changes are kept on a trail, so that a block costs what it changes and not what the function has.
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
  readonly mark: number;
  /** Locals that differ from the frame's beginning, joined over the exits; undefined when there was none. */
  exits: Map<number, Knowledge> | undefined;
}

const UNSET: Knowledge = { kinds: NOTHING, choices: undefined, interned: true };

export function createKindFlow(params: readonly number[], paramKinds: number): KindFlow {
  const current = new Map<number, Knowledge>();
  for (const param of params) current.set(param, { kinds: paramKinds, choices: undefined, interned: false });
  const trail: { readonly local: number; readonly before: Knowledge }[] = [];
  let reachable = true;

  function get(local: number): Knowledge {
    return current.get(local) ?? UNSET;
  }

  function put(local: number, known: Knowledge): void {
    const before = get(local);
    if (before.kinds === known.kinds && before.choices === known.choices && before.interned === known.interned) return;
    trail.push({ local, before });
    current.set(local, known);
  }

  function exit(frame: FlowFrame): void {
    if (!reachable) return;
    const atEntry = new Map<number, Knowledge>();
    for (let index = frame.mark; index < trail.length; index++) {
      const change = trail[index];
      if (change !== undefined && !atEntry.has(change.local)) atEntry.set(change.local, change.before);
    }
    const known = frame.exits;
    if (known === undefined) {
      frame.exits = new Map(Array.from(atEntry.keys(), (local) => [local, get(local)]));
      return;
    }
    for (const [local, value] of known) known.set(local, joined(value, get(local)));
    for (const [local, before] of atEntry) if (!known.has(local)) known.set(local, joined(before, get(local)));
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
      return { mark: trail.length, exits: undefined };
    },
    exit,
    stop() {
      reachable = false;
    },
    leave(frame, dead = []) {
      exit(frame);
      for (let index = trail.length - 1; index >= frame.mark; index--) {
        const change = trail[index];
        if (change !== undefined) current.set(change.local, change.before);
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
