import type { Paint } from "../terminal/paint.ts";

/** Lines around a change that are shown. */
const CONTEXT = 3;

type Edit = { readonly kind: "keep" | "drop" | "add"; readonly line: string };

/** The difference of two texts in the unified form that `patch` reads. */
export function unifiedDiff(options: {
  readonly file: string;
  readonly before: string;
  readonly after: string;
  readonly paint: Paint;
}): string {
  const { file, paint } = options;
  const edits = editScript(linesOf(options.before), linesOf(options.after));
  const hunks = hunksOf(edits);
  if (hunks.length === 0) return "";
  const header = [paint("bold", `--- ${file}`), paint("bold", `+++ ${file}`)];
  return `${[...header, ...hunks.flatMap((hunk) => hunkLines(edits, hunk, paint))].join("\n")}\n`;
}

/** Each line with what ends it left out; a last line without a line feed says so. */
function linesOf(text: string): readonly string[] {
  if (text === "") return [];
  const lines = text.split("\n");
  if (lines.at(-1) === "") return lines.slice(0, -1);
  return [...lines.slice(0, -1), `${lines.at(-1)}\n\\ No newline at end of file`];
}

/** The shortest script from one to the other (Myers, An O(ND) Difference Algorithm, 1986); past a bound on its length everything changes. */
function editScript(a: readonly string[], b: readonly string[]): readonly Edit[] {
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < a.length - start && end < b.length - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  const keep = (lines: readonly string[]): readonly Edit[] => lines.map((line) => ({ kind: "keep", line }));
  return [
    ...keep(a.slice(0, start)),
    ...middleScript(a.slice(start, a.length - end), b.slice(start, b.length - end)),
    ...keep(a.slice(a.length - end)),
  ];
}

const MAX_EDITS = 2_000;

function middleScript(a: readonly string[], b: readonly string[]): readonly Edit[] {
  const trace: Map<number, number>[] = [];
  let furthest = new Map<number, number>([[1, 0]]);
  for (let edits = 0; edits <= Math.min(a.length + b.length, MAX_EDITS); edits++) {
    trace.push(new Map(furthest));
    for (let k = -edits; k <= edits; k += 2) {
      const down = k === -edits || (k !== edits && (furthest.get(k - 1) ?? 0) < (furthest.get(k + 1) ?? 0));
      let x = down ? (furthest.get(k + 1) ?? 0) : (furthest.get(k - 1) ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      furthest.set(k, x);
      if (x >= a.length && x - k >= b.length) return backtrack(a, b, trace);
    }
    furthest = new Map(furthest);
  }
  return [...a.map((line): Edit => ({ kind: "drop", line })), ...b.map((line): Edit => ({ kind: "add", line }))];
}

function backtrack(a: readonly string[], b: readonly string[], trace: readonly Map<number, number>[]): readonly Edit[] {
  const edits: Edit[] = [];
  let x = a.length;
  let y = b.length;
  for (let step = trace.length - 1; step >= 0; step--) {
    const furthest = trace[step] ?? new Map<number, number>();
    const k = x - y;
    const down = k === -step || (k !== step && (furthest.get(k - 1) ?? 0) < (furthest.get(k + 1) ?? 0));
    const fromK = down ? k + 1 : k - 1;
    const fromX = furthest.get(fromK) ?? 0;
    const fromY = fromX - fromK;
    while (x > fromX && y > fromY) {
      x--;
      y--;
      edits.push({ kind: "keep", line: a[x] ?? "" });
    }
    if (step === 0) break;
    if (down) edits.push({ kind: "add", line: b[--y] ?? "" });
    else edits.push({ kind: "drop", line: a[--x] ?? "" });
  }
  return edits.reverse();
}

interface Hunk {
  /** Indexes into the script; `end` is exclusive. */
  readonly start: number;
  readonly end: number;
}

function hunksOf(edits: readonly Edit[]): readonly Hunk[] {
  const hunks: { start: number; end: number }[] = [];
  for (const [index, { kind }] of edits.entries()) {
    if (kind === "keep") continue;
    const start = Math.max(0, index - CONTEXT);
    const end = Math.min(edits.length, index + CONTEXT + 1);
    const last = hunks.at(-1);
    if (last !== undefined && start <= last.end) last.end = end;
    else hunks.push({ start, end });
  }
  return hunks;
}

function hunkLines(edits: readonly Edit[], { start, end }: Hunk, paint: Paint): readonly string[] {
  const count = (part: readonly Edit[], without: Edit["kind"]) => part.filter(({ kind }) => kind !== without).length;
  const before = edits.slice(0, start);
  const inside = edits.slice(start, end);
  const range = (without: Edit["kind"]) => {
    const length = count(inside, without);
    const first = count(before, without) + (length > 0 ? 1 : 0);
    return length === 1 ? `${first}` : `${first},${length}`;
  };
  return [
    paint("cyan", `@@ -${range("add")} +${range("drop")} @@`),
    ...inside.map(({ kind, line }) => {
      if (kind === "keep") return ` ${line}`;
      return kind === "add" ? paint("green", `+${line}`) : paint("red", `-${line}`);
    }),
  ];
}
