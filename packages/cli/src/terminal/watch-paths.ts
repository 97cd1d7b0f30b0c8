import { type FSWatcher, statSync, watch } from "node:fs";
import { dirname, extname } from "node:path";
import type { ExitStatus, Output } from "../command.ts";
import { kindOf } from "../sources/find-files.ts";

/** Editors write a file in several steps: a run waits until nothing has changed for so long, in ms. */
const QUIET = 60;

/**
 * Runs once, and again after each change of a file below the paths, until the command is stopped. Answers the status of the last run. `ignored` are files that the run itself writes.
 */
export async function watchPaths(options: {
  readonly paths: readonly string[];
  readonly ignored?: readonly string[];
  readonly output: Output;
  readonly run: () => Promise<ExitStatus>;
}): Promise<ExitStatus> {
  const { paths, output, run } = options;
  const ignored = new Set(options.ignored);
  let changed = deferred();
  const watchers = watchAll(paths, (name) => {
    if (name === undefined || (isSource(name) && ![...ignored].some((each) => each.endsWith(name)))) changed.resolve();
  });
  const stopped = new Promise<"stopped">((resolve) => {
    if (output.stopped.aborted) resolve("stopped");
    output.stopped.addEventListener("abort", () => resolve("stopped"), { once: true });
  });
  try {
    for (;;) {
      const status = await run();
      output.err(`watching ${paths.join(", ")} for changes\n`);
      if ((await Promise.race([changed.promise, stopped])) === "stopped") return status;
      await quiet(() => {
        const before = changed;
        changed = deferred();
        return before.settled;
      });
    }
  } finally {
    for (const watcher of watchers) watcher.close();
  }
}

/** What a run writes is no reason for another. Names without an extension may be folders. */
function isSource(name: string): boolean {
  return extname(name) === "" || kindOf(name) !== undefined;
}

function watchAll(paths: readonly string[], onChange: (name: string | undefined) => void): readonly FSWatcher[] {
  // A file that is named is watched through its folder: editors put a new file in its place.
  const folders = new Set(paths.map((path) => (statSync(path).isDirectory() ? path : dirname(path))));
  return [...folders].map((folder) =>
    watch(folder, { recursive: true }, (_, name) => onChange(name ?? undefined)).on("error", () => onChange(undefined)),
  );
}

/** Waits until a whole period passes in which nothing was settled. */
async function quiet(takeChange: () => boolean): Promise<void> {
  do await new Promise((resolve) => setTimeout(resolve, QUIET));
  while (takeChange());
}

interface Deferred {
  readonly promise: Promise<"changed">;
  readonly resolve: () => void;
  readonly settled: boolean;
}

function deferred(): Deferred {
  const { promise, resolve } = Promise.withResolvers<"changed">();
  let settled = false;
  return {
    promise,
    resolve: () => {
      settled = true;
      resolve("changed");
    },
    get settled() {
      return settled;
    },
  };
}
