// `npm run rootfs -- FOLDER`: the container's root filesystem, without Docker. Runs the steps that the Dockerfile runs, on a
// machine's own Node and libraries in place of the base image. In: a checkout. Out: FOLDER, ready to be the root of a
// container; image-config.ts says how to run it. What was in FOLDER before is gone. Linux only.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";
import { imageSteps } from "./image-steps.ts";
import { copyRuntime } from "./runtime-files.ts";

const root = path.resolve(import.meta.dirname, "../..");

/** Exit status. */
function assemble(rootfs: string): number {
  rmSync(rootfs, { recursive: true, force: true });
  mkdirSync(rootfs, { recursive: true });
  copyRuntime(rootfs);
  for (const { name, command } of imageSteps(rootfs)) {
    process.stderr.write(`rootfs: ${name}\n`);
    const [program = "", ...args] = command;
    // The Node that runs this is the one that is put into the image.
    const executable = program === "node" ? process.execPath : program;
    const { status, error } = spawnSync(executable, args, { cwd: root, stdio: ["ignore", 2, 2] });
    if (status === 0) continue;
    process.stderr.write(`rootfs: "${command.join(" ")}" ended with ${error?.message ?? `status ${status}`}\n`);
    return 1;
  }
  return 0;
}

const [folder, ...rest] = process.argv.slice(2);
if (folder === undefined || rest.length > 0) {
  process.stderr.write("usage: npm run rootfs -- FOLDER\n");
  process.exitCode = 2;
} else if (existsSync(folder) && readdirSync(folder).length > 0 && !existsSync(path.join(folder, "nodejs/bin/node"))) {
  process.stderr.write(`rootfs: ${folder} is not empty, and is no root filesystem that this program made\n`);
  process.exitCode = 2;
} else if (process.platform !== "linux") {
  process.stderr.write("rootfs: the image is for Linux, and so is this program\n");
  process.exitCode = 2;
} else {
  process.exitCode = assemble(path.resolve(folder));
}
