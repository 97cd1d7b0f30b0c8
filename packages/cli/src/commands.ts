import type { Command } from "./command.ts";
import { audit } from "./commands/audit.ts";
import { bench } from "./commands/bench.ts";
import { build } from "./commands/build.ts";
import { check } from "./commands/check.ts";
import { completion } from "./commands/completion.ts";
import { evaluate } from "./commands/eval.ts";
import { fmt } from "./commands/fmt.ts";
import { inspect } from "./commands/inspect.ts";
import { meter } from "./commands/meter.ts";
import { serve } from "./commands/serve.ts";
import { test } from "./commands/test.ts";

/** Every command. What is here is names and flags only; the work is loaded when a command is called. */
export const COMMANDS: readonly Command[] = [
  build,
  check,
  evaluate,
  test,
  fmt,
  inspect,
  bench,
  meter,
  serve,
  audit,
  completion,
];
