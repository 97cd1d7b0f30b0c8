import { Kind, NOTHING } from "./value-bits.ts";

/**
 * What kinds of value the locals of a function may hold, kept while the function is lowered from top to bottom. Labels that are left early gather what is known
 * at each exit; at their end the gathered knowledge is joined.
 *
 * Changes are kept on a trail, so that a block costs what it changes and not what the function has.
 */
export interface KindFlow {
  /** False behind a `fail`, `break` or `return`: what follows is not lowered. */
  readonly reachable: boolean;
  get(local: number): number;
  set(local: number, kinds: number): void;
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
  /** Kinds of the locals that differ from the frame's beginning, joined over the exits; undefined when there was none. */
  exits: Map<number, number> | undefined;
}

export function createKindFlow(localCount: number, params: readonly number[], paramKinds: number): KindFlow {
  const kinds = new Int16Array(localCount).fill(NOTHING);
  for (const param of params) kinds[param] = paramKinds;
  const trail: { readonly local: number; readonly before: number }[] = [];
  let reachable = true;

  function get(local: number): number {
    return kinds[local] ?? NOTHING;
  }

  function set(local: number, value: number): void {
    const before = get(local);
    if (before === value) return;
    trail.push({ local, before });
    kinds[local] = value;
  }

  function exit(frame: FlowFrame): void {
    if (!reachable) return;
    const atEntry = new Map<number, number>();
    for (let index = frame.mark; index < trail.length; index++) {
      const change = trail[index];
      if (change !== undefined && !atEntry.has(change.local)) atEntry.set(change.local, change.before);
    }
    const known = frame.exits;
    if (known === undefined) {
      frame.exits = new Map(Array.from(atEntry.keys(), (local) => [local, get(local)]));
      return;
    }
    for (const [local, value] of known) known.set(local, value | get(local));
    for (const [local, before] of atEntry) if (!known.has(local)) known.set(local, before | get(local));
  }

  return {
    get reachable() {
      return reachable;
    },
    get,
    set,
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
        if (change !== undefined) kinds[change.local] = change.before;
      }
      trail.length = frame.mark;
      reachable = frame.exits !== undefined;
      for (const local of dead) frame.exits?.delete(local);
      for (const [local, value] of frame.exits ?? []) set(local, value);
    },
  };
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
