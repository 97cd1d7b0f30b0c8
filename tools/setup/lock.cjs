"use strict";
// A lock that one set-up at a time may hold, across processes: a file that is created exclusively and names its owner.
// It goes stale when its owner, and the installer which that owner started, are gone; nobody waits for the dead.

const fs = require("fs");
const os = require("os");
const path = require("path");

const HEARTBEAT_MS = 2000;
/** Past this age without a heartbeat a lock is stale whatever the process table says: process ids are used again. */
const ABANDONED_MS = 10 * 60 * 1000;
/** Breaking a lock takes microseconds; a guard this old was left by a process that died in between. */
const GUARD_ABANDONED_MS = 10 * 1000;
const POLL_MS = 200;

function isAlive(pid) {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function ageOf(file) {
  try {
    return Date.now() - fs.statSync(file).mtimeMs;
  } catch {
    return null;
  }
}

/** The owner as written, `null` when there is no lock, `{}` when the file cannot be understood (its owner is still writing it). */
function readOwner(file) {
  let text;
  try {
    text = fs.readFileSync(file, "utf8");
  } catch {
    return null;
  }
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}

function isStale(file) {
  const owner = readOwner(file);
  const age = ageOf(file);
  if (owner === null || age === null) return false;
  if (age > ABANDONED_MS) return true;
  if (owner.pid === undefined) return age > GUARD_ABANDONED_MS;
  return owner.host === os.hostname() && !isAlive(owner.pid) && !isAlive(owner.installer);
}

/** Removes the lock if it is stale. Guarded, so that of several who see a stale lock none removes its successor's fresh one. */
function breakIfStale(file) {
  if (!isStale(file)) return;
  const guard = `${file}.break`;
  try {
    fs.mkdirSync(guard);
  } catch {
    const age = ageOf(guard);
    if (age !== null && age > GUARD_ABANDONED_MS) removeQuietly(fs.rmdirSync, guard);
    return;
  }
  if (isStale(file)) removeQuietly(fs.unlinkSync, file);
  removeQuietly(fs.rmdirSync, guard);
}

function removeQuietly(remove, file) {
  try {
    remove(file);
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
}

function tryAcquire(file) {
  try {
    fs.writeFileSync(file, JSON.stringify({ host: os.hostname(), pid: process.pid }), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

/**
 * Waits for the lock and holds it. `onWait(owner)` is called once if somebody else has it.
 * Answers `{ installing(pid), release() }`: the first notes the installer's process, which keeps the lock alive on its own.
 */
async function acquireLock(file, onWait) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  let announced = false;
  while (!tryAcquire(file)) {
    breakIfStale(file);
    const owner = readOwner(file);
    if (!announced && owner !== null && owner.pid !== undefined) {
      announced = true;
      onWait(owner);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    try {
      fs.utimesSync(file, now, now);
    } catch {
      clearInterval(heartbeat);
    }
  }, HEARTBEAT_MS);
  heartbeat.unref();
  return {
    installing(installer) {
      fs.writeFileSync(file, JSON.stringify({ host: os.hostname(), pid: process.pid, installer }));
    },
    release() {
      clearInterval(heartbeat);
      removeQuietly(fs.unlinkSync, file);
    },
  };
}

module.exports = { acquireLock };
