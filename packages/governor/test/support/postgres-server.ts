// A real PostgreSQL for tests: the server of Debian's packages, in a folder and on a port of its own, gone when its test file
// is done. The server does not run as root, so where the tests do, it runs as the user `postgres` or `nobody`.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";

export interface PostgresServer {
  /** Makes a database with nothing in it; its address. */
  readonly database: () => Promise<string>;
  /** Kills its first process, on which all others end without finishing or writing anything: the next start recovers from the log. */
  readonly kill: () => Promise<void>;
  /** Starts it again on the same data and port. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Undefined, and a line on standard error, where there is no server to be had. */
export function postgresBinaries(): string | undefined {
  const folders = globSync("/usr/lib/postgresql/*/bin").filter((folder) => existsSync(path.join(folder, "initdb")));
  const newest = folders.sort((a, b) => version(a) - version(b)).at(-1);
  if (newest === undefined) {
    process.stderr.write("SKIPPED: no PostgreSQL server in /usr/lib/postgresql (apt-get install postgresql)\n");
  }
  return newest;
}

function version(folder: string): number {
  return Number(folder.split("/").at(-2) ?? 0);
}

interface User {
  readonly uid: number;
  readonly gid: number;
}

/** Undefined where this process is not root, and so may run the server itself. */
function serverUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  const line = lines.find((each) => each.startsWith("postgres:")) ?? lines.find((each) => each.startsWith("nobody:"));
  const [, , uid, gid] = line?.split(":") ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}

export async function startPostgres(binaries: string): Promise<PostgresServer> {
  const folder = mkdtempSync(path.join(tmpdir(), "flyball-postgres-"));
  const user = serverUser();
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const data = path.join(folder, "data");
  const env = { LC_ALL: "C", PATH: "/usr/bin:/bin" };
  const initdb = ["-D", data, "-U", "flyball", "--auth=trust", "--encoding=UTF8", "--no-sync", "--no-instructions"];
  execFileSync(path.join(binaries, "initdb"), initdb, { ...user, env, cwd: folder, stdio: "ignore" });
  const port = await freePort();
  const address = (name: string): string => `postgres://flyball@127.0.0.1:${port}/${name}`;
  let server: ChildProcess | undefined;
  let databases = 0;

  async function start(): Promise<void> {
    const settings = ["-c", "listen_addresses=127.0.0.1", "-c", "shared_buffers=16MB", "-c", "max_connections=60"];
    // Or a start after a kill writes file by file what every database consists of.
    if (version(binaries) >= 14) settings.push("-c", "recovery_init_sync_method=syncfs");
    const args = ["-D", data, "-p", String(port), "-k", folder, ...settings];
    const begin = (): ChildProcess =>
      spawn(path.join(binaries, "postgres"), args, { ...user, env, cwd: folder, stdio: "ignore" });
    server = begin();
    for (let attempt = 0; ; attempt += 1) {
      // After a kill, it refuses to start until the last process of its former life has noticed and ended.
      if (server.exitCode !== null) server = begin();
      try {
        await ask(address("postgres"), "SELECT 1");
        return;
      } catch (error) {
        if (attempt > 600) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  async function end(signal: "SIGKILL" | "SIGQUIT"): Promise<void> {
    const running = server;
    server = undefined;
    if (running === undefined || running.exitCode !== null) return;
    const exited = new Promise((resolve) => running.once("exit", resolve));
    running.kill(signal);
    await exited;
  }

  process.once("exit", () => server?.kill("SIGKILL"));
  await start();
  return {
    database: async () => {
      databases += 1;
      const name = `test_${databases}`;
      await ask(address("postgres"), `CREATE DATABASE ${name}`);
      return address(name);
    },
    kill: () => end("SIGKILL"),
    start,
    stop: async () => {
      // Nobody needs the data, and writing it all down in good order takes a minute after many databases.
      await end("SIGQUIT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function ask(connectionString: string, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000 });
  client.on("error", () => {});
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
