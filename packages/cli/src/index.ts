/** The command line as a library: for programs that build policies as the command does. */
export { type ExitStatus, type Output, UsageError } from "./command.ts";
export { readSources, type Sources } from "./read-sources.ts";
export { runCommand } from "./run.ts";
