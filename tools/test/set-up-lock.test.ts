import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

type Owner = { readonly pid?: number };
type Lock = { installing(pid: number): void; release(): void };
type AcquireLock = (file: string, onWait: (owner: Owner) => void) => Promise<Lock>;

const module = path.join(import.meta.dirname, "..", "setup", "lock.cjs");
const { acquireLock } = createRequire(import.meta.url)(module) as { readonly acquireLock: AcquireLock };

let folder = "";
let lockFile = "";
const started: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "flyball-lock-"));
  lockFile = path.join(folder, "setup.lock");
});

afterEach(() => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

/** A process that does nothing until the test ends it. */
function sleeper(): ChildProcess {
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"], { stdio: "ignore" });
  started.push(child);
  return child;
}

async function gone(child: ChildProcess): Promise<number> {
  const pid = child.pid ?? 0;
  const end = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await end;
  return pid;
}

function unexpectedWait(owner: Owner): void {
  throw new Error(`waited for ${owner.pid}`);
}

describe("the lock of the set-up", () => {
  it("is a file that names its owner and is gone after the release", async () => {
    const lock = await acquireLock(lockFile, unexpectedWait);
    expect(JSON.parse(readFileSync(lockFile, "utf8"))).toEqual({ host: hostname(), pid: process.pid });
    lock.release();
    expect(existsSync(lockFile)).toBe(false);
  });

  it("is taken over at once from an owner that has died", async () => {
    const pid = await gone(sleeper());
    writeFileSync(lockFile, JSON.stringify({ host: hostname(), pid }));
    const lock = await acquireLock(lockFile, () => undefined);
    expect(JSON.parse(readFileSync(lockFile, "utf8"))).toMatchObject({ pid: process.pid });
    lock.release();
  });

  it("outlives its owner for as long as the installer runs that the owner started", async () => {
    const installer = sleeper();
    const pid = await gone(sleeper());
    writeFileSync(lockFile, JSON.stringify({ host: hostname(), pid, installer: installer.pid }));
    let waitedFor: number | undefined;
    let ended = false;
    const lock = await acquireLock(lockFile, (owner) => {
      waitedFor = owner.pid;
      void gone(installer).then(() => {
        ended = true;
      });
    });
    expect({ waitedFor, ended }).toEqual({ waitedFor: pid, ended: true });
    lock.release();
  });

  it("is taken over from another machine only when it has had no heartbeat for ten minutes", async () => {
    writeFileSync(lockFile, JSON.stringify({ host: "elsewhere", pid: 1 }));
    let waited = false;
    const lock = await acquireLock(lockFile, () => {
      waited = true;
      const long = new Date(Date.now() - 11 * 60 * 1000);
      utimesSync(lockFile, long, long);
    });
    expect(waited).toBe(true);
    lock.release();
  });

  it("is held by one process at a time when many want it, a stale one in their way", async () => {
    writeFileSync(lockFile, JSON.stringify({ host: hostname(), pid: await gone(sleeper()) }));
    const log = path.join(folder, "log");
    const program = `
      const { acquireLock } = require(${JSON.stringify(module)});
      const fs = require("fs");
      acquireLock(${JSON.stringify(lockFile)}, () => {}).then((lock) => {
        fs.appendFileSync(${JSON.stringify(log)}, "in\\n");
        setTimeout(() => {
          fs.appendFileSync(${JSON.stringify(log)}, "out\\n");
          lock.release();
        }, 20);
      });`;
    const contenders = Array.from({ length: 6 }, () => spawn(process.execPath, ["-e", program], { stdio: "inherit" }));
    started.push(...contenders);
    await Promise.all(contenders.map((child) => new Promise((resolve) => child.once("exit", resolve))));
    expect(readFileSync(log, "utf8")).toBe("in\nout\n".repeat(6));
  });
});
