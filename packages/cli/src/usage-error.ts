/** A place in a file that could not be used. */
export interface Problem {
  readonly message: string;
  readonly file?: string;
  readonly row?: number;
  readonly col?: number;
}

/** A wrong call or an unusable file: exit status 2, one line for each problem, no stack. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly problems: readonly [Problem, ...Problem[]];

  constructor(problem: string | readonly [Problem, ...Problem[]]) {
    const problems = typeof problem === "string" ? ([{ message: problem }] as const) : problem;
    super(problems.map(problemText).join("\n"));
    this.problems = problems;
  }
}

function problemText({ file, row, col, message }: Problem): string {
  return [file, row, col, ` ${message}`]
    .filter((part) => part !== undefined)
    .join(":")
    .trim();
}
