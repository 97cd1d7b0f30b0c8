/** 0 done, 1 the answer is no, 2 usage or environment. */
export type ExitStatus = 0 | 1 | 2;

/** Where a command writes: the process's streams, or a test's. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether each of the two is a terminal that shows colours. */
  readonly colours: { readonly out: boolean; readonly err: boolean };
  /** Whether people watch `err`: progress is shown, and wiped again. */
  readonly interactive: boolean;
  /** Ends commands that watch files. */
  readonly stopped: AbortSignal;
  /** The bytes of standard input. */
  readonly stdin: () => Uint8Array;
}

/** One flag of a command: what `parseArgs` needs to read it, and what people and shells need to know of it. */
export interface Flag {
  readonly type: "boolean" | "string";
  readonly short?: string;
  readonly multiple?: boolean;
  /** The name of its value in the usage, as `FILE`. */
  readonly value?: string;
  readonly help: string;
}

/** The flags of a command, without regard to which they are. */
export type Flags = Readonly<Record<string, Flag>>;

/** The declarations that give a command the flags of `Values`: booleans, texts that may be missing, and lists of texts. */
export type FlagsOf<Values> = { readonly [Name in keyof Values]-?: FlagOf<Values[Name]> };

type FlagOf<Value> = [Value] extends [boolean]
  ? Flag & { readonly type: "boolean" }
  : [Value] extends [readonly string[]]
    ? Flag & { readonly type: "string"; readonly multiple: true; readonly value: string }
    : Flag & { readonly type: "string"; readonly multiple?: never; readonly value: string };

/** A command as it was called. */
export interface Call<Values> {
  readonly flags: Values;
  readonly positionals: readonly string[];
  readonly output: Output;
}

interface CommandOf<Values, Declared> {
  readonly name: string;
  /** One line for the overview. */
  readonly summary: string;
  /** What may follow the name, without flags: one form a line. */
  readonly forms: readonly string[];
  /** What it does, for its own usage. */
  readonly about: string;
  readonly flags: Declared;
  /** Loaded when the command is called: a command's start costs what it needs and no more. */
  readonly load: () => Promise<(call: Call<Values>) => ExitStatus | Promise<ExitStatus>>;
}

/** A command whose flags nobody looks at by name but itself. */
export type Command = CommandOf<unknown, Flags>;

/** Declares a command: `parseCall` gives it the flags that it declares, which is what makes this safe. */
export function defineCommand<Values>(command: CommandOf<Values, FlagsOf<Values>>): Command {
  return command as unknown as Command;
}
