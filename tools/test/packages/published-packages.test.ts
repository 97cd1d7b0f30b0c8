// Each published package as a user gets it: packed, installed into an empty project, imported with types, run. Needs the
// compiled packages (`npm run test:packages` compiles them first).

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const { cleanEnvironment } = createRequire(import.meta.url)("../../setup/install.cjs") as {
  cleanEnvironment(): NodeJS.ProcessEnv;
};
const root = path.join(import.meta.dirname, "..", "..", "..");
const names = ["engine", "builtins", "compiler", "governor", "service", "cli"] as const;
const work = mkdtempSync(path.join(tmpdir(), "flyball-packages-"));

type Packed = { readonly filename: string; readonly files: readonly { readonly path: string }[] };

const packed = new Map<string, Packed>();

function run(command: string, args: readonly string[], cwd: string): string {
  const done = spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    env: shellEnvironment(),
    maxBuffer: 1 << 26,
    timeout: 240_000,
  });
  if (done.error) throw done.error;
  if (done.status !== 0)
    throw new Error(`${command} ${args.join(" ")}: status ${done.status}\n${done.stdout}\n${done.stderr}`);
  return done.stdout;
}

/**
 * npm on the Node that it came with, as the bootstrap runs it: on another Node it would not find the machine's own
 * settings (a proxy, a certificate). An outer npm says where both are.
 */
function npm(args: readonly string[], cwd: string): string {
  const { npm_node_execpath: node, npm_execpath: script } = process.env;
  const isNpm = node !== undefined && script !== undefined && /npm-cli\.c?js$/.test(script);
  return isNpm ? run(node, [script, ...args], cwd) : run("npm", args, cwd);
}

/** What an outer npm and vitest leave in the environment is nothing that a user's shell has. */
function shellEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(cleanEnvironment()).filter(([name]) => !/^(VITEST|NODE_OPTIONS|NODE_ENV)/.test(name));
  return Object.fromEntries(kept);
}

function packageJson(name: string): {
  readonly exports: Readonly<Record<string, unknown>>;
  readonly dependencies?: object;
} {
  return JSON.parse(readFileSync(path.join(root, "packages", name, "package.json"), "utf8"));
}

/** `@flyball/engine`, `@flyball/engine/abi`, ...: all that users can import. */
function specifiers(): readonly string[] {
  return names.flatMap((name) =>
    Object.keys(packageJson(name).exports)
      .filter((entry) => entry !== "./package.json")
      .map((entry) => `@flyball/${name}${entry.slice(1)}`),
  );
}

/** An empty project with some of the packages, each from its tarball, also where one depends on another. */
function project(
  folder: string,
  { packages, links }: { readonly packages: readonly string[]; readonly links: readonly string[] },
): string {
  const place = path.join(work, folder);
  mkdirSync(place);
  const dependencies = Object.fromEntries([
    ...packages.map((name) => [`@flyball/${name}`, `file:${tarball(name)}`]),
    ...links.map((name) => [name, `file:${path.join(root, "node_modules", name)}`]),
  ]);
  const overrides = Object.fromEntries(packages.map((name) => [`@flyball/${name}`, `$@flyball/${name}`]));
  writeFileSync(
    path.join(place, "package.json"),
    JSON.stringify({ name: folder, private: true, type: "module", dependencies, overrides }),
  );
  npm(["install", "--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"], place);
  return place;
}

function tarball(name: string): string {
  return path.join(work, packed.get(name)?.filename ?? `${name} was not packed`);
}

function sourceOf(file: string): string {
  return file.replace(/^dist\//, "src/").replace(/\.js$/, ".ts");
}

beforeAll(() => {
  for (const name of names) {
    const [result] = JSON.parse(
      npm(["pack", "--json", "--ignore-scripts", "--pack-destination", work], path.join(root, "packages", name)),
    ) as Packed[];
    if (result !== undefined) packed.set(name, result);
  }
});

afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

describe.each(names)("the package %s", (name) => {
  it("carries code, types, sources, license and readme, and nothing else", () => {
    const files = (packed.get(name)?.files ?? []).map((file) => file.path);
    expect(files).toEqual(
      expect.arrayContaining([
        "LICENSE",
        "README.md",
        "package.json",
        "dist/index.js",
        "dist/index.d.ts",
        "src/index.ts",
      ]),
    );
    expect(
      files.filter(
        (file) =>
          !/^(LICENSE|README\.md|package\.json|bin\/.*|dist\/packed\/THIRD-PARTY-LICENCES\.txt|dist\/.*\.(js|d\.ts)(\.map)?|src\/.*)$/.test(
            file,
          ),
      ),
    ).toEqual([]);
    const stale = files.filter(
      (file) => /^dist\/.*\.js$/.test(file) && !file.startsWith("dist/packed/") && !files.includes(sourceOf(file)),
    );
    expect(stale, "left from sources that are gone: delete dist and build again").toEqual([]);
  });

  it("has no fault that publint knows", async () => {
    const { messages } = await publint({ pkgDir: path.join(root, "packages", name), pack: "npm", strict: true });
    expect(messages).toEqual([]);
  });

  it("has types that every module resolution of today finds", () => {
    const attw = path.join(root, "node_modules", "@arethetypeswrong", "cli", "dist", "index.js");
    const report = run(process.execPath, [attw, tarball(name), "--profile", "esm-only", "--format", "json"], work);
    expect(JSON.parse(report)).toMatchObject({
      analysis: { packageName: `@flyball/${name}`, types: { kind: "included" } },
    });
  });
});

describe("an empty project with the engine alone", () => {
  it("gets one package and nothing more", () => {
    const place = project("engine-only", { packages: ["engine"], links: [] });
    const installed = JSON.parse(npm(["ls", "--all", "--json"], place)) as {
      dependencies: Record<string, object>;
    };
    expect(Object.keys(installed.dependencies)).toEqual(["@flyball/engine"]);
    expect(Object.keys(installed.dependencies["@flyball/engine"] ?? {})).not.toContain("dependencies");
  });
});

describe("an empty project with all packages", () => {
  let place = "";

  beforeAll(() => {
    place = project("all", { packages: names, links: ["typescript", "@types/node"] });
    writeFileSync(
      path.join(place, "tsconfig.json"),
      JSON.stringify({
        compilerOptions: {
          module: "nodenext",
          target: "es2024",
          lib: ["es2024"],
          types: ["node"],
          strict: true,
          exactOptionalPropertyTypes: true,
          noEmit: true,
          allowImportingTsExtensions: true,
        },
        files: ["imports.ts", "decide.ts"],
      }),
    );
    const lines = specifiers().flatMap((specifier, index) => [
      `import * as module${index} from ${JSON.stringify(specifier)};`,
      `console.log(${JSON.stringify(specifier)}, Object.keys(module${index}).length > 0);`,
    ]);
    writeFileSync(path.join(place, "imports.ts"), `${lines.join("\n")}\n`);
    writeFileSync(path.join(place, "decide.ts"), readFileSync(path.join(import.meta.dirname, "decide.fixture.ts")));
  });

  it("type-checks an import of everything that is public", () => {
    run(process.execPath, [path.join(place, "node_modules", "typescript", "bin", "tsc"), "-p", "."], place);
  });

  it("runs an import of everything that is public, and nothing public is empty", () => {
    const printed = run(process.execPath, ["imports.ts"], place).trim().split("\n");
    // Types alone; what is left of it at run time is an empty module.
    const typesOnly = "@flyball/service/http-views";
    expect(printed).toEqual(specifiers().map((specifier) => `${specifier} ${specifier !== typesOnly}`));
  });

  it("compiles a policy, loads it and decides", () => {
    expect(JSON.parse(run(process.execPath, ["decide.ts"], place))).toEqual({ small: "ALLOW", large: "DENY" });
  });

  it("has the flyball command, which builds a module, shows it and evaluates it", () => {
    const flyball = path.join(place, "node_modules", ".bin", "flyball");
    writeFileSync(path.join(place, "limits.rego"), 'package limits\n\ndefault decision := "DENY"\n');
    run(flyball, ["build", "limits.rego", "-e", "limits/decision", "-o", "limits.wasm"], place);
    expect(run(flyball, ["inspect", "limits.wasm"], place)).toContain("limits/decision");
    expect(JSON.parse(run(flyball, ["eval", "-m", "limits.wasm", "--json"], place))).toBeTruthy();
  });
});
