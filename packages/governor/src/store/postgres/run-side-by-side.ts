// Programs that write, run side by side in one transaction as if one after another. In: programs, in the order in which they
// came. Each looks first, and what several look at is asked once; then those write, all at once, that touch nothing which an
// earlier one changes. The others have done nothing yet: they begin anew, and look once the writes of the former are there.

import type { Program, Row, SqlCall } from "../sql/program.ts";
import { distinctCalls } from "./distinct-calls.ts";
import { isChange, touchedRows } from "./touched-rows.ts";

export type Send = (calls: readonly SqlCall[]) => Promise<readonly (readonly Row[])[]>;

/** How a program ended: a program that threw has written nothing. */
export type Ending =
  | { readonly kind: "done"; readonly result: unknown }
  | { readonly kind: "threw"; readonly error: unknown };

/** The last that is to be written goes with `sendLast`, which must end the transaction; it is called once, maybe with nothing. */
export async function runSideBySide(
  programs: readonly (() => Program<unknown>)[],
  { send, sendLast }: { readonly send: Send; readonly sendLast: Send },
): Promise<readonly Ending[]> {
  const endings: Ending[] = [];
  let runs = programs.map((begin, index) => beginRun(index, begin));
  for (;;) {
    while (runs.some(isLooking)) await answerLooking(runs, send);
    const { now, later } = separate(runs);
    const writes = now.flatMap(({ calls }) => calls);
    runs = later.map(({ index, begin }) => beginRun(index, begin));
    const rows = await (runs.length === 0
      ? sendLast(writes)
      : // Their looking goes along, behind the writes.
        answerLooking(runs, (calls) => send([...writes, ...calls]), writes.length));
    let place = 0;
    for (const run of now) {
      const own = rows.slice(place, place + run.calls.length);
      place += run.calls.length;
      if (run.ending === undefined) step(run, () => run.program.next(own));
      endings[run.index] = run.ending ?? threw(new TypeError("a program goes on after it has written"));
    }
    if (runs.length === 0) return endings;
  }
}

interface Run {
  readonly index: number;
  readonly begin: () => Program<unknown>;
  readonly program: Program<unknown>;
  /** What it wants to be sent now; empty once it has ended. */
  calls: readonly SqlCall[];
  /** Of all that it has looked at, and now wants to write. */
  readonly touched: Set<string>;
  ending: Ending | undefined;
}

function beginRun(index: number, begin: () => Program<unknown>): Run {
  const run: Run = { index, begin, program: begin(), calls: [], touched: new Set(), ending: undefined };
  step(run, () => run.program.next([]));
  return run;
}

function step(run: Run, next: () => IteratorResult<readonly SqlCall[], unknown>): void {
  run.calls = [];
  try {
    const { done, value } = next();
    if (done === true) {
      run.ending = { kind: "done", result: value };
      return;
    }
    run.calls = value;
    for (const call of run.calls) for (const row of touchedRows(call)) run.touched.add(row);
  } catch (error) {
    run.ending = threw(error);
  }
}

function threw(error: unknown): Ending {
  return { kind: "threw", error };
}

function isLooking({ calls }: Run): boolean {
  return calls.length > 0 && !calls.some(isChange);
}

/** Sends what they look for, behind `ahead` other calls, and moves each on; the rows of all that was sent. */
async function answerLooking(runs: readonly Run[], send: Send, ahead = 0): Promise<readonly (readonly Row[])[]> {
  const looking = runs.filter(isLooking);
  const { calls, rowsOf } = distinctCalls(looking.map((run) => run.calls));
  if (ahead + calls.length === 0) return [];
  const rows = await send(calls);
  const found = rowsOf(rows.slice(ahead));
  for (const [place, run] of looking.entries()) step(run, () => run.program.next(found[place] ?? []));
  return rows;
}

/** One that has ended without writing stands as if it had come first. */
function separate(runs: readonly Run[]): { readonly now: readonly Run[]; readonly later: readonly Run[] } {
  const changed = new Set<string>();
  const now: Run[] = [];
  const later: Run[] = [];
  for (const run of runs) {
    const mustWait = run.ending === undefined && [...run.touched].some((row) => changed.has(row));
    (mustWait ? later : now).push(run);
    for (const call of run.calls) for (const row of touchedRows(call)) changed.add(row);
  }
  return { now, later };
}
