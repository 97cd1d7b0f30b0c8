/** 0 done, 1 the answer is no, 2 usage or environment. */
export type ExitStatus = 0 | 1 | 2;

/** Where a command writes: the process's streams, or a test's. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether people read it: colours, no JSON. */
  readonly colours: boolean;
}

export interface Command {
  readonly usage: string;
  readonly run: (args: readonly string[], output: Output) => Promise<ExitStatus>;
}

/** A wrong call or an unreadable file: exit status 2, no stack. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
