// Proves that imports point one way. In come the sources of every room; out goes one line for each import that breaks
// the plan of the house, and exit status 1 if there is any. It reads the module record of each file (a real parser, no
// patterns), so comments and strings cannot fool it, and type-only imports count like the others.

import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { type Import, importsOf } from "./imports-of.ts";
import { sourceFiles } from "./source-files.ts";

type Room = {
  /** Folder from the root. */
  readonly folder: string;
  readonly name: string;
  /** The rooms that its sources may import. */
  readonly imports: readonly string[];
  /** Entries of other rooms of which its sources may import types, which leave nothing behind. */
  readonly types?: readonly string[];
};

const plan: readonly Room[] = [
  { folder: "packages/engine", name: "@flyball/engine", imports: [] },
  { folder: "packages/builtins", name: "@flyball/builtins", imports: ["engine"] },
  { folder: "packages/compiler", name: "@flyball/compiler", imports: ["engine", "builtins"] },
  { folder: "packages/governor", name: "@flyball/governor", imports: ["engine", "builtins"] },
  { folder: "packages/service", name: "@flyball/service", imports: ["engine", "governor"] },
  { folder: "packages/adapters", name: "@flyball/adapters", imports: ["engine", "governor"] },
  {
    folder: "packages/cli",
    name: "@flyball/cli",
    imports: ["engine", "builtins", "compiler", "governor", "service"],
  },
  { folder: "apps/console", name: "@flyball/console", imports: [], types: ["@flyball/service/http-views"] },
  {
    folder: "apps/advisor",
    name: "@flyball/advisor",
    imports: ["engine", "builtins", "governor", "service", "adapters", "console", "compiler", "cli"],
  },
  { folder: "conformance", name: "@flyball/conformance", imports: ["engine", "builtins", "compiler"] },
  { folder: "chaos", name: "@flyball/chaos", imports: ["engine", "compiler", "governor", "service"] },
  { folder: "examples", name: "@flyball/examples", imports: ["engine", "compiler", "governor", "adapters"] },
  // Not a package: `flyball` reads every JSON file below it as data of the policies.
  { folder: "policies", name: "policies", imports: ["engine", "builtins", "compiler", "benchmarks"] },
  // What builds the image: programs around the repository, not a package.
  { folder: "deployment", name: "deployment", imports: ["engine", "benchmarks"] },
  { folder: "benchmarks", name: "@flyball/benchmarks", imports: ["engine", "builtins", "compiler", "governor"] },
];

/** Tests and development scripts may also use these: many compile policies. */
const testImports: readonly string[] = ["engine", "builtins", "compiler"];

/** The process that serves must not hold the compiler; only the start script, which comes before it, does. */
const servingEntry = "apps/advisor/src/main.ts";
const buildTimeOnly: readonly string[] = ["@flyball/compiler", "@flyball/cli"];

/** Loaded only when asked for, so importing the compiler never costs it. */
const lazyOnly: readonly string[] = ["binaryen"];

type Manifest = {
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
};

const problems: string[] = [];
/** Another tree than this one can be named, for the tests of this program; there, rooms may be absent. */
const root = path.resolve(process.argv[2] ?? path.join(import.meta.dirname, ".."));
const rooms = plan.filter((room) => existsSync(path.join(root, room.folder)));
const manifests = new Map<string, Manifest>(rooms.map((room) => [room.name, readManifest(room)]));
const served = new Map<string, readonly Import[]>();

function readManifest(room: Room): Manifest {
  if (!hasManifest(room)) return {};
  return JSON.parse(readFileSync(path.join(root, room.folder, "package.json"), "utf8")) as Manifest;
}

function hasManifest(room: Room): boolean {
  return existsSync(path.join(root, room.folder, "package.json"));
}

function packageOf(specifier: string): string {
  const parts = specifier.split("/");
  return specifier.startsWith("@") ? parts.slice(0, 2).join("/") : (parts[0] ?? specifier);
}

function checkFile(room: Room, file: string): void {
  const source = readFileSync(path.join(root, file), "utf8");
  const imports = importsOf(file, source);
  if (typeof imports === "string") {
    problems.push(`${file}: ${imports}`);
    return;
  }
  if (room.folder === "apps/advisor") served.set(file, imports);
  const isTest = !file.startsWith(`${room.folder}/src/`);
  for (const one of imports) {
    const problem = one.specifier.startsWith(".")
      ? relativeProblem(room, { file, isTest, specifier: one.specifier })
      : bareProblem(room, { isTest, one });
    if (problem !== undefined) problems.push(`${file}:${one.line}: ${problem}`);
  }
}

function relativeProblem(
  room: Room,
  { file, isTest, specifier }: { readonly file: string; readonly isTest: boolean; readonly specifier: string },
): string | undefined {
  if (!/\.(ts|json)$/.test(specifier)) return `"${specifier}" must name its file with its ending`;
  const target = path.posix.join(path.posix.dirname(file), specifier);
  if (!existsSync(path.join(root, target))) return `"${specifier}" does not exist`;
  if (!target.startsWith(`${room.folder}/`)) return `"${specifier}" leaves ${room.folder}; import the package by name`;
  if (!isTest && target.startsWith(`${room.folder}/test/`)) return `"${specifier}" is test code`;
  return undefined;
}

function bareProblem(
  room: Room,
  { isTest, one }: { readonly isTest: boolean; readonly one: Import },
): string | undefined {
  const { specifier } = one;
  const name = packageOf(specifier);
  if (name === room.name)
    return isTest && isExported(name, specifier) ? undefined : `"${specifier}" is this package; use a relative path`;
  const target = plan.find((other) => other.name === name);
  if (target !== undefined) {
    const short = name.slice("@flyball/".length);
    const isType = one.kind === "type" && (room.types ?? []).includes(specifier);
    const allowed = isType || room.imports.includes(short) || (isTest && testImports.includes(short));
    if (!allowed) return `${room.name} must not import ${name}`;
    if (!isExported(name, specifier))
      return `"${specifier}" reaches into ${name}; only what its "exports" name is public`;
    return isTest || isDeclared(room, name) ? undefined : `${name} is not among the dependencies of ${room.name}`;
  }
  if (isTest) return undefined;
  if (room.name === "@flyball/engine") return `the engine depends on nothing, not even "${specifier}"`;
  if (lazyOnly.includes(name) && one.kind === "static") return `"${name}" is loaded by import() only`;
  if (name.startsWith("node:")) return undefined;
  return isDeclared(room, name) ? undefined : `${name} is not among the dependencies of ${room.name}`;
}

function isExported(name: string, specifier: string): boolean {
  const entry = `.${specifier.slice(name.length)}`;
  return Object.hasOwn(manifests.get(name)?.exports ?? {}, entry);
}

function isDeclared(room: Room, name: string): boolean {
  const manifest = manifests.get(room.name);
  const lists = [manifest?.dependencies, manifest?.peerDependencies];
  // What is not published may use its development dependencies: the advisor's start script compiles policies.
  if (!room.folder.startsWith("packages/")) lists.push(manifest?.devDependencies);
  return lists.some((list) => Object.hasOwn(list ?? {}, name));
}

/** Follows the relative imports from the serving process's entry: none of what it reaches may name the compiler. */
function checkServingProcess(): void {
  const reached = new Set<string>();
  const visit = (file: string): void => {
    if (reached.has(file)) return;
    reached.add(file);
    for (const { specifier, line } of served.get(file) ?? []) {
      if (specifier.startsWith(".")) visit(path.posix.join(path.posix.dirname(file), specifier));
      else if (buildTimeOnly.includes(packageOf(specifier))) {
        problems.push(`${file}:${line}: ${servingEntry} reaches this file, so it must not import ${specifier}`);
      }
    }
  };
  if (rooms.some((room) => room.folder === "apps/advisor") && !served.has(servingEntry)) {
    problems.push(`${servingEntry} does not exist, so nothing shows what the serving process loads`);
  }
  visit(servingEntry);
}

function checkManifests(): void {
  const engine = manifests.get("@flyball/engine");
  for (const list of ["dependencies", "peerDependencies"] as const) {
    for (const name of Object.keys(engine?.[list] ?? {}))
      problems.push(`packages/engine/package.json: the engine must not depend on ${name}`);
  }
  for (const room of rooms) {
    for (const name of Object.keys(manifests.get(room.name)?.dependencies ?? {})) {
      if (name.startsWith("@flyball/") && !room.imports.includes(name.slice("@flyball/".length))) {
        problems.push(`${room.folder}/package.json: ${room.name} must not depend on ${name}`);
      }
    }
  }
}

let count = 0;
for (const room of rooms) {
  // A package's other folders hold no TypeScript (the compiler's `runtime` is AssemblyScript).
  const folders = hasManifest(room)
    ? ["src", "test", "scripts"].map((name) => `${room.folder}/${name}`)
    : [room.folder];
  for (const file of folders.flatMap((folder) => sourceFiles(root, folder))) {
    checkFile(room, file);
    count += 1;
  }
}
checkServingProcess();
checkManifests();
for (const problem of problems) console.log(problem);
console.log(`${count} files, ${problems.length} imports or dependencies against the plan.`);
process.exitCode = problems.length === 0 ? 0 : 1;
