/** The command line as a library: for programs that build policies as the command does. */
export type { ExitStatus, Output } from "./command.ts";
export { runCommand } from "./run.ts";
export { type ReadOptions, readSources, type Sources } from "./sources/read-sources.ts";
export { type Problem, UsageError } from "./usage-error.ts";
