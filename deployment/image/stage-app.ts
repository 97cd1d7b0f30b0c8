// `node deployment/image/stage-app.ts FOLDER`: everything that the service needs at run time, and nothing else. In: compiled
// packages (`dist`) and the lockfile. Out: FOLDER with the same places as in the repository: JavaScript of the service's own
// packages, and `node_modules` with their production dependencies as the lockfile pins them. What was in FOLDER is gone.

import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import path from "node:path";
import { servicePackages } from "./service-packages.ts";

const root = path.resolve(import.meta.dirname, "../..");

function stage(folder: string): void {
  const installed = `${folder}.installing`;
  rmSync(folder, { recursive: true, force: true });
  rmSync(installed, { recursive: true, force: true });
  const packages = servicePackages(root);
  installDependencies(installed);
  cpSync(path.join(installed, "node_modules"), path.join(folder, "node_modules"), {
    recursive: true,
    verbatimSymlinks: true,
    // Links to all workspaces, the compiler's too, and to programs; and npm's own notes.
    filter: (source) => !/node_modules\/(@flyball|\.bin|\.package-lock\.json)$/.test(source),
  });
  rmSync(installed, { recursive: true });
  mkdirSync(path.join(folder, "node_modules/@flyball"));
  for (const each of packages) copyPackage(each, folder);
  makeReadable(folder);
}

/** In a folder of its own, so that the checkout keeps its development dependencies. */
function installDependencies(folder: string): void {
  const { workspaces } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
    readonly workspaces: readonly string[];
  };
  const manifests = workspaces.flatMap((pattern) => globSync(`${pattern}/package.json`, { cwd: root }));
  for (const file of ["package.json", "package-lock.json", ".npmrc", ...manifests]) {
    cpSync(path.join(root, file), path.join(folder, file));
  }
  const args = [
    "ci",
    "--omit=dev",
    "--workspace",
    "apps/advisor",
    "--include-workspace-root=false",
    "--ignore-scripts",
  ];
  const { status, error } = spawnSync("npm", args, {
    cwd: folder,
    env: outerEnvironment(),
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) throw new Error(`npm ci ended with ${error?.message ?? `status ${status}`}`);
}

/**
 * What npm tells its scripts about the command that it runs must not reach the npm here: it would take the checkout for the
 * folder to install into. Where packages come from is the machine's setting, and stays.
 */
function outerEnvironment(): Record<string, string | undefined> {
  const kept = /^npm_config_(registry|cache|userconfig|globalconfig|cafile|proxy|https_proxy|noproxy|strict_ssl)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name) || kept.test(name)));
}

/** JavaScript, and what is served as it is; types, maps and sources are for people. */
function copyPackage(from: string, folder: string): void {
  const compiled = globSync("dist/**/*.js", { cwd: path.join(root, from) });
  const served = globSync("public/*", { cwd: path.join(root, from) });
  if (compiled.length === 0) throw new Error(`${from} is not compiled; run: node tools/bootstrap.cjs --built`);
  for (const file of ["package.json", ...compiled, ...served])
    cpSync(path.join(root, from, file), path.join(folder, from, file));
  // Nobody imports the program itself.
  if (from === "apps/advisor") return;
  symlinkSync(`../../${from}`, path.join(folder, "node_modules/@flyball", path.basename(from)));
}

/** The service runs as somebody else than whoever builds, whose umask may be strict. Nobody may write. */
function makeReadable(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink())
      chmodSync(path.join(entry.parentPath, entry.name), entry.isDirectory() ? 0o755 : 0o644);
  }
}

const [folder, ...rest] = process.argv.slice(2);
if (folder === undefined || rest.length > 0) {
  process.stderr.write("usage: node deployment/image/stage-app.ts FOLDER\n");
  process.exitCode = 2;
} else if (existsSync(path.join(folder, ".git"))) {
  process.stderr.write(`stage-app: ${folder} is a checkout, and would be emptied\n`);
  process.exitCode = 2;
} else {
  stage(path.resolve(folder));
}
