import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Output } from "../src/command.ts";
import { watchPaths } from "../src/terminal/watch-paths.ts";
import { folderWith } from "./run-flyball.ts";

test("watching runs again for what is read and not for what the run writes", async () => {
  const folder = folderWith({ "a.rego": "package a\n" });
  const stop = new AbortController();
  const output: Output = {
    out: () => undefined,
    err: () => undefined,
    colours: { out: false, err: false },
    interactive: false,
    stopped: stop.signal,
    stdin: () => new Uint8Array(),
  };
  const again = Promise.withResolvers<undefined>();
  let runs = 0;
  const watching = watchPaths({
    paths: [folder],
    ignored: [join(folder, "out.tar.gz")],
    output,
    run: () => {
      runs++;
      for (const name of ["policy.wasm", "policy.wasm.1.tmp", "input.ts", "out.tar.gz"])
        writeFileSync(join(folder, name), String(runs));
      if (runs === 2) again.resolve(undefined);
      return Promise.resolve(runs === 2 ? 1 : 0);
    },
  });
  // The first run has written; only this is a change.
  writeFileSync(join(folder, "b.rego"), "package b\n");
  await again.promise;
  // Whatever the second run's own files have caused comes before the watchers hear of this.
  await new Promise((resolve) => setTimeout(resolve, 200));
  stop.abort();
  expect(await watching).toBe(1);
  expect(runs).toBe(2);
});
