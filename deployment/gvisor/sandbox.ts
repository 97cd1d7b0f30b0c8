// One container under gVisor: the image's root filesystem, started as image-config.ts says, by an account that is not root, with
// nothing to write to but /tmp, a limit of memory, and a network that consists of loopback. In: a root filesystem. Out: a
// running service and a way to run further programs beside it. Ends by itself: everything is under `timeout`.

import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Readable } from "node:stream";
import { imageConfig } from "../image/image-config.ts";
import type { Runsc } from "./find-runsc.ts";
import { removeAtExit } from "./remove-at-exit.ts";

export interface SandboxOptions {
  readonly runsc: Runsc;
  readonly rootfs: string;
  /** For bundles and the runtime's state. */
  readonly folder: string;
  readonly memoryBytes: number;
  /** Whether the kernel's cgroups can be used for the limit of memory. */
  readonly cgroups: boolean;
  /** Read-only, from a folder of this machine to one of the container. */
  readonly mounts: Readonly<Record<string, string>>;
  readonly environment: Readonly<Record<string, string>>;
  /** Instead of the image's own. */
  readonly command?: readonly string[];
}

/** Standard output is piped; standard error is ours. */
export type Running = ChildProcessByStdio<null, Readable, null>;

export interface Sandbox {
  /** The container's first process, through the runtime that carries it. */
  readonly main: Running;
  /** Starts another program in it. */
  readonly exec: (program: SandboxProgram) => Running;
  readonly signal: (name: "SIGTERM" | "SIGKILL") => void;
  /** Kills what is left, and removes every trace. */
  readonly remove: () => void;
}

export interface SandboxProgram {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** `uid:gid`; that of the image if absent. */
  readonly user?: string;
}

/** No sandbox lives longer; seconds. */
const longest = 300;
let count = 0;

export function startSandbox(options: SandboxOptions): Sandbox {
  count += 1;
  const id = `flyball-${process.pid}-${count}`;
  const bundle = path.join(options.folder, id);
  mkdirSync(bundle, { recursive: true });
  writeFileSync(path.join(bundle, "config.json"), JSON.stringify(ociConfig(id, options)));
  const globals = [
    `--root=${path.join(options.folder, "state")}`,
    "--platform=systrap",
    "--network=none",
    ...(options.cgroups ? [] : ["--ignore-cgroups"]),
  ];
  const runsc = (...args: readonly string[]): readonly string[] => [
    "--kill-after=5",
    String(longest),
    options.runsc.path,
    ...globals,
    ...args,
  ];
  const start = (args: readonly string[]): Running =>
    spawn("timeout", runsc(...args), { stdio: ["ignore", "pipe", "inherit"] });
  const quietly = (...args: readonly string[]): void => {
    spawnSync("timeout", runsc(...args), { stdio: "ignore" });
  };
  const { uid, gid } = imageConfig.user;
  const remove = removeAtExit(() => {
    quietly("kill", "--all", id, "SIGKILL");
    quietly("delete", "--force", id);
    rmSync(bundle, { recursive: true, force: true });
  });
  return {
    main: start(["run", "--bundle", bundle, id]),
    exec: ({ command, environment, user = `${uid}:${gid}` }) => {
      const variables = Object.entries(environment).flatMap(([name, value]) => ["--env", `${name}=${value}`]);
      return start(["exec", "--user", user, ...variables, id, ...command]);
    },
    signal: (name) => quietly("kill", id, name),
    remove,
  };
}

/** The container as the Open Container Initiative's runtime specification 1.0 writes it. */
function ociConfig(id: string, options: SandboxOptions): object {
  const environment = { PATH: "/nodejs/bin", HOME: "/tmp", ...imageConfig.environment, ...options.environment };
  const mounts = Object.entries(options.mounts).map(([source, destination]) => ({
    destination,
    type: "bind",
    source,
    options: ["ro", "rbind", "nosuid", "nodev"],
  }));
  return {
    ociVersion: "1.0.2",
    process: {
      terminal: false,
      user: imageConfig.user,
      args: options.command ?? [...imageConfig.entrypoint, ...imageConfig.command],
      env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
      cwd: imageConfig.workingFolder,
      noNewPrivileges: true,
      capabilities: {},
    },
    root: { path: options.rootfs, readonly: true },
    hostname: "flyball",
    mounts: [
      { destination: "/proc", type: "proc", source: "proc" },
      // Files are memory on Cloud Run, and count against the same limit.
      { destination: "/tmp", type: "tmpfs", source: "tmpfs", options: ["nosuid", "nodev", "mode=1777"] },
      ...mounts,
    ],
    linux: {
      namespaces: ["pid", "network", "ipc", "uts", "mount"].map((type) => ({ type })),
      cgroupsPath: `/${id}`,
      resources: { memory: { limit: options.memoryBytes } },
    },
  };
}
