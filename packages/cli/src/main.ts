import { readFileSync } from "node:fs";
import { runCommand } from "./run.ts";

// What reads our output may leave early, as `head` does. That is its affair and no error.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit();
  });

const stop = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.once(signal, () => {
    stop.abort();
    // Whoever watches files gets a chance to stop; nothing else waits for anything.
    setImmediate(() => process.exit(signal === "SIGINT" ? 130 : 143));
  });

try {
  process.exitCode = await runCommand(process.argv.slice(2), {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    colours: { out: showsColours(process.stdout), err: showsColours(process.stderr) },
    interactive: process.stderr.isTTY && process.env.TERM !== "dumb",
    stopped: stop.signal,
    stdin: () => readFileSync(0),
  });
} catch (error) {
  // A bug of ours. Whoever reports it is asked for the stack, nobody else sees one.
  const shown = error instanceof Error && process.env.FLYBALL_DEBUG === undefined ? error.message : error;
  console.error(`flyball: internal error: ${shownText(shown)} (FLYBALL_DEBUG=1 shows where; please report it)`);
  process.exitCode = 2;
}

function shownText(shown: unknown): string {
  return shown instanceof Error ? (shown.stack ?? shown.message) : (String(shown).split("\n")[0] ?? "");
}

/** https://no-color.org and https://force-color.org; else whether it is a terminal. */
function showsColours(stream: NodeJS.WriteStream): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  if (NO_COLOR !== undefined && NO_COLOR !== "") return false;
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== "" && FORCE_COLOR !== "0") return true;
  return stream.isTTY && TERM !== "dumb";
}
