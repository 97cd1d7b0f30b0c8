import type { PlaceId, QueryPlan, SourceStatements } from "@flyball/compiler";

/** Which lines of a policy its tests came to. */
export interface Coverage {
  readonly files: ReadonlyMap<string, FileCoverage>;
  readonly covered: number;
  readonly notCovered: number;
  /** Per cent; 0 where there are no lines. */
  readonly percentage: number;
}

export interface FileCoverage {
  readonly covered: readonly LineRange[];
  readonly notCovered: readonly LineRange[];
  readonly coveredLines: number;
  readonly notCoveredLines: number;
  readonly percentage: number;
}

/** Lines from 1, both ends included. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

/** Notes the places that evaluations of a plan come to. */
export interface CoverageRecorder {
  readonly onObserve: (place: PlaceId) => void;
  readonly report: () => Coverage;
}

/**
 * As `opa test --coverage` counts: the lines that heads of rules, `else` branches and statements are on. A rule is covered when it succeeds once, a statement when evaluation comes to it.
 */
export function recordCoverage(plan: QueryPlan, statements: SourceStatements): CoverageRecorder {
  const seen = new Uint8Array(plan.places.length);
  return {
    onObserve: (place) => {
      seen[place] = 1;
    },
    report: () => {
      const lines = new Map<string, Set<number>>();
      for (const [id, place] of plan.places.entries()) {
        const found = seen[id] === 1 ? statements.linesOf(place) : [];
        const file = lines.get(place.span.file) ?? new Set();
        for (const line of found) file.add(line);
        lines.set(place.span.file, file);
      }
      return coverageOf(statements, lines);
    },
  };
}

function coverageOf(statements: SourceStatements, hit: ReadonlyMap<string, ReadonlySet<number>>): Coverage {
  const files = new Map<string, FileCoverage>();
  for (const [file, lines] of statements.lines) {
    const covered = lines.filter((line) => hit.get(file)?.has(line) === true);
    const notCovered = lines.filter((line) => hit.get(file)?.has(line) !== true);
    files.set(file, {
      covered: ranges(covered),
      notCovered: ranges(notCovered),
      coveredLines: covered.length,
      notCoveredLines: notCovered.length,
      percentage: percentage(covered.length, notCovered.length),
    });
  }
  const sum = (key: "coveredLines" | "notCoveredLines") =>
    [...files.values()].reduce((total, each) => total + each[key], 0);
  const [covered, notCovered] = [sum("coveredLines"), sum("notCoveredLines")];
  return { files, covered, notCovered, percentage: percentage(covered, notCovered) };
}

function percentage(covered: number, notCovered: number): number {
  return covered + notCovered === 0 ? 0 : (100 * covered) / (covered + notCovered);
}

/** Sorted lines as ranges of neighbours. */
function ranges(lines: readonly number[]): readonly LineRange[] {
  const found: { start: number; end: number }[] = [];
  for (const line of lines) {
    const last = found.at(-1);
    if (last !== undefined && line === last.end + 1) last.end = line;
    else found.push({ start: line, end: line });
  }
  return found;
}

/** In the shape of `opa test --coverage --format json`. */
export function coverageJson({ files, covered, notCovered, percentage: share }: Coverage): object {
  const range = ({ start, end }: LineRange) => ({ start: { row: start }, end: { row: end } });
  return {
    files: Object.fromEntries(
      [...files].map(([file, each]) => [
        file,
        {
          ...(each.coveredLines > 0 && { covered: each.covered.map(range), covered_lines: each.coveredLines }),
          ...(each.notCoveredLines > 0 && {
            not_covered: each.notCovered.map(range),
            not_covered_lines: each.notCoveredLines,
          }),
          coverage: each.percentage,
        },
      ]),
    ),
    covered_lines: covered,
    not_covered_lines: notCovered,
    coverage: share,
  };
}
