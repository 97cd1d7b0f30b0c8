"use strict";
// What every npm script of this repository goes through: `node tools/bootstrap.cjs [--built] SCRIPT.ts [ARGUMENT...]`.
// In comes whatever Node the machine has; out goes SCRIPT run by the right Node with everything installed. When nothing
// is missing this costs a few milliseconds on top of starting Node. Plain old JavaScript without dependencies, because
// it runs before anything is installed and on Nodes that cannot run the rest.
//
// --built   compile the packages first and run SCRIPT against `dist` instead of the sources (for measurements).
// With FLYBALL_NODE=system in the environment the running Node is used instead of the pinned one.

const { spawn } = require("child_process");
const os = require("os");
const path = require("path");
const { npmCi, readStamp, writeStamp } = require("./setup/install.cjs");
const { acquireLock } = require("./setup/lock.cjs");
const {
  NODE_FOLDER,
  isRecent,
  pinnedPath,
  pinnedVersion,
  tryPinned,
  usesMusl,
  whatToInstall,
} = require("./setup/pinned-node.cjs");
const { BUILD_RUNTIME, noteRuntime, runtimeIsCurrent } = require("./setup/compiler-runtime.cjs");

const ROOT = path.join(__dirname, "..");
const PARENT_POLL_MS = 250;
const LOCK = path.join(ROOT, ".tools", "setup.lock");

/** The child that signals go to, the lock to give back whatever happens, and the signal that ended the set-up. */
const current = { child: null, lock: null, stoppedBy: null };

function say(message) {
  process.stderr.write(`flyball: ${message}\n`);
}

function fail(message) {
  if (current.lock !== null) current.lock.release();
  say(message.replace(/\n/g, "\n         "));
  process.exit(1);
}

/** Runs the work under the lock, unless `isDone` holds already or by the time the lock is ours. */
async function once(isDone, work) {
  if (isDone()) return;
  const lock = await acquireLock(LOCK, (owner) => {
    say(
      `waiting for another set-up (process ${owner.pid}); if there is none, delete ${path.relative(process.cwd(), LOCK)}`,
    );
  });
  current.lock = lock;
  try {
    if (!isDone()) await work(lock);
  } finally {
    current.lock = null;
    current.child = null;
    lock.release();
    if (current.stoppedBy !== null) process.exit(128 + os.constants.signals[current.stoppedBy]);
  }
}

/** Notes a program that works on the files under the lock: it gets our signals, and keeps the lock should we be killed. */
function holdFor(lock) {
  return (child) => {
    current.child = child;
    lock.installing(child.pid);
  };
}

/** Fetches the pinned Node if need be. Answers the Node to use. */
async function chooseNode() {
  const canRunHere = isRecent(process.version);
  if (process.env.FLYBALL_NODE === "system") {
    if (canRunHere) return process.execPath;
    throw new Error(whatToInstall("FLYBALL_NODE=system asks for the running one"));
  }
  const binary = pinnedPath();
  if (binary === null) {
    if (canRunHere) return process.execPath;
    throw new Error(whatToInstall("there is no build of it for this machine"));
  }
  let failure = "";
  await once(
    () => readStamp(NODE_FOLDER).installed,
    async (lock) => {
      if (usesMusl()) {
        failure = "it needs glibc and this system has musl";
        return;
      }
      say(`fetching Node ${pinnedVersion()} into tools/node (once) ...`);
      try {
        await npmCi(NODE_FOLDER, holdFor(lock));
      } catch (error) {
        failure = error.message;
        return;
      }
      writeStamp(NODE_FOLDER, tryPinned(binary));
    },
  );
  if (failure === "") failure = readStamp(NODE_FOLDER).note;
  if (failure === "") return binary;
  if (!canRunHere) throw new Error(whatToInstall(failure));
  say(`using ${process.version}, since the pinned Node cannot be had: ${failure}`);
  return process.execPath;
}

async function installDependencies() {
  await once(
    () => readStamp(ROOT).installed,
    async (lock) => {
      say("installing dependencies (once for each lockfile) ...");
      await npmCi(ROOT, holdFor(lock));
      writeStamp(ROOT, "");
    },
  );
}

/** Signals that would end us go to the child, which decides when to stop; our end follows from its end. */
function forwardSignals() {
  const onTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      current.stoppedBy = signal;
      if (current.child === null) {
        if (current.lock !== null) current.lock.release();
        process.exit(128 + os.constants.signals[signal]);
      }
      // Ctrl-C on a terminal reaches the whole foreground group, the child included. Passing it on would make it two.
      if (signal === "SIGINT" && onTerminal) return;
      current.child.kill(signal);
    });
  }
}

/**
 * npm runs scripts through a shell, and a shell that is told to stop does not pass it on. Our parent's end is the only
 * sign of it, so that nothing is left running. (`npm start` replaces the shell, and waits for the service to stop.)
 */
function stopWithParent() {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.emit("SIGTERM", "SIGTERM");
  }, PARENT_POLL_MS);
  watch.unref();
}

async function buildRuntime(node) {
  await once(runtimeIsCurrent, async () => {
    say("building the compiler's runtime ...");
    const status = await run(node, [BUILD_RUNTIME], 2);
    if (status !== 0)
      throw new Error("the compiler's runtime could not be built; what was said about it stands above.");
    noteRuntime();
  });
}

/** Runs a program on the chosen Node, its output to ours or to another descriptor. Answers its exit status. */
function run(node, args, output = "inherit") {
  return new Promise((resolve, reject) => {
    const child = spawn(node, args, { stdio: ["inherit", output, "inherit"] });
    current.child = child;
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      current.child = null;
      resolve(signal ? 128 + os.constants.signals[signal] : code);
    });
  });
}

async function main() {
  const args = process.argv.slice(2);
  const built = args[0] === "--built";
  if (built) args.shift();
  forwardSignals();
  stopWithParent();

  const node = await chooseNode();
  await installDependencies();
  // From here on whatever is started, by name too, finds the chosen Node first.
  const bins = [path.dirname(node), path.join(ROOT, "node_modules", ".bin")];
  process.env.PATH = bins.concat(process.env.PATH || []).join(path.delimiter);
  await buildRuntime(node);
  if (built) {
    const status = await run(node, [path.join(__dirname, "build.ts")], 2);
    if (status !== 0) throw new Error("the packages could not be compiled; what was said about it stands above.");
  }
  if (args.length === 0) return 0;
  return run(node, (built ? [] : ["--conditions=flyball-source"]).concat(args));
}

main().then(
  (status) => {
    process.exitCode = status;
  },
  (error) => fail(error.message),
);
