// A PostgreSQL of its own for one campaign: the server of the system's packages, in a folder and on a port of its own. It is
// killed as the service is, by SIGKILL to its first process, and started again on the same data. Read through `psql`.

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, globSync, mkdirSync, readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import path from "node:path";
import { type Backend, readTables } from "./backend.ts";

/** The newest server of /usr/lib/postgresql; undefined where there is none. */
export function findPostgres(): string | undefined {
  const version = (folder: string): number => Number(folder.split("/").at(-2));
  const folders = globSync("/usr/lib/postgresql/*/bin").filter((folder) => existsSync(path.join(folder, "initdb")));
  return folders.sort((a, b) => version(a) - version(b)).at(-1);
}

/** `binaries` is what `findPostgres` found; `folder` is empty. */
export async function postgresBackend(binaries: string, folder: string): Promise<Backend> {
  const home = path.join(folder, "postgres");
  mkdirSync(home, { recursive: true });
  const user = serverUser();
  if (user !== undefined) {
    chownSync(home, user.uid, user.gid);
    // The server's user must be able to pass through; what is in the folders stays closed.
    for (const each of [folder, path.dirname(folder)]) chmodSync(each, 0o711);
  }
  const data = path.join(home, "data");
  const as = { ...user, cwd: home, env: { LC_ALL: "C", PATH: "/usr/bin:/bin" } };
  execFileSync(
    path.join(binaries, "initdb"),
    ["-D", data, "-U", "flyball", "--auth=trust", "--encoding=UTF8", "--no-sync"],
    { ...as, stdio: "ignore" },
  );
  const port = await freePort();
  const location = `postgres://flyball@127.0.0.1:${port}/postgres`;
  let server: ChildProcess | undefined;

  const query = (sql: string): readonly Readonly<Record<string, unknown>>[] => {
    const text = `SELECT coalesce(json_agg(found), '[]') FROM (${sql}) AS found`;
    const output = execFileSync(path.join(binaries, "psql"), ["-X", "-A", "-t", "-d", location, "-c", text], {
      encoding: "utf8",
      maxBuffer: 1 << 28,
      stdio: ["ignore", "pipe", "ignore"],
    });
    return JSON.parse(output) as readonly Readonly<Record<string, unknown>>[];
  };
  const launch = (): ChildProcess => {
    const settings = ["-c", "listen_addresses=127.0.0.1", "-c", "shared_buffers=16MB", "-c", "max_connections=60"];
    const args = ["-D", data, "-p", String(port), "-k", home, ...settings];
    return spawn(path.join(binaries, "postgres"), args, { ...as, stdio: "ignore" });
  };
  const start = async (): Promise<void> => {
    server = launch();
    for (let attempt = 0; ; attempt += 1) {
      try {
        query("SELECT 1 AS one");
        return;
      } catch (error) {
        if (attempt > 200) throw error;
        // While processes of the killed server still hold its memory, the next one ends at once.
        if (server.exitCode !== null) server = launch();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  };
  const end = async (): Promise<void> => {
    const running = server;
    server = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) return;
    running.kill("SIGKILL");
    await once(running, "exit");
  };
  process.once("exit", () => server?.kill("SIGKILL"));
  await start();
  return Object.freeze({
    name: "PostgreSQL",
    location,
    readTables: () => ({ ...readTables(query), damage: [] }),
    restart: async () => {
      await end();
      await start();
    },
    close: end,
  });
}

/** The server refuses to run as root. Undefined where we are somebody else already. */
function serverUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const lines = readFileSync("/etc/passwd", "utf8").split("\n");
  const line = lines.find((each) => each.startsWith("postgres:")) ?? lines.find((each) => each.startsWith("nobody:"));
  const [, , uid, gid] = line?.split(":") ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
