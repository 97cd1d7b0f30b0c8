import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { BUILTIN_FAMILIES } from "../src/builtin-families.ts";
import { type BuiltinGrants, hasBuiltin, loadBuiltins, neededGrant } from "../src/index.ts";

const grants: BuiltinGrants = {
  randomBytes: (count) => crypto.getRandomValues(new Uint8Array(count)),
  runtime: () => ({}),
  lookUpAddresses: () => [],
  parseModule: () => ({}),
  http: () => ({ statusCode: 204, statusText: "No Content", headers: [], body: new Uint8Array() }),
};

describe("families of built-ins", () => {
  it("hold just the names that they say", async () => {
    for (const family of BUILTIN_FAMILIES) {
      const table = await family.load(grants);
      expect(Object.keys(table).sort()).toEqual([...family.names].sort());
    }
  });

  it("hold each name once", () => {
    const names = BUILTIN_FAMILIES.flatMap((family) => family.names);
    expect(new Set(names).size).toBe(names.length);
  });

  it("need Node only where they say so", () => {
    const sources = new URL("../src/", import.meta.url);
    // One chunk of the table for each family, in order.
    const chunks = readFileSync(new URL("builtin-families.ts", sources), "utf8")
      .split(/^ +\{? ?names: /m)
      .slice(1);
    expect(chunks.length).toBe(BUILTIN_FAMILIES.length);
    for (const [index, family] of BUILTIN_FAMILIES.entries()) {
      const entry = /import\("(\.[^"]+)"\)/.exec(chunks[index] ?? "")?.[1] ?? "";
      expect(usesNode(new URL(entry, sources), new Set()), family.names[0]).toBe(family.needsNode ?? false);
    }
  });

  it.each([
    ["graphql", /^graphql\./],
    ["json-schema", /^json\.(match|verify)_schema$/],
    ["x509", /^crypto\.x509\.parse_(?!rsa)/],
    ["yaml", /^yaml\./],
  ])("load %s only for the built-ins that need it", (folder, names) => {
    const sources = new URL("../src/", import.meta.url);
    const loads = (file: string) => {
      const seen = new Set<string>();
      loadedWith(new URL(file, sources), seen);
      return [...seen].some((each) => each.startsWith(new URL(`${folder}/`, sources).href));
    };
    expect(loads("index.ts")).toBe(false);
    const chunks = readFileSync(new URL("builtin-families.ts", sources), "utf8").split(/^ +\{? ?names: /m);
    for (const [index, family] of BUILTIN_FAMILIES.entries()) {
      const entry = /import\("(\.[^"]+)"\)/.exec(chunks[index + 1] ?? "")?.[1] ?? "";
      expect(loads(entry), family.names[0]).toBe(family.names.some((name) => names.test(name)));
    }
  });
});

/** The files that come with one, which leaves out types and what is imported when it is needed. */
function loadedWith(file: URL, seen: Set<string>): void {
  if (seen.has(file.href)) return;
  seen.add(file.href);
  for (const [, name = ""] of readFileSync(file, "utf8").matchAll(
    /^(?:import|export) (?!type )[^;]*?from "(\.[^"]+)"/gms,
  ))
    loadedWith(new URL(name, file), seen);
}

/** Whether a source or one that it imports imports a module of Node's. */
function usesNode(file: URL, seen: Set<string>): boolean {
  if (seen.has(file.href)) return false;
  seen.add(file.href);
  const imports = [...readFileSync(file, "utf8").matchAll(/^import (?!type )[^;]*?from "([^"]+)"/gms)];
  return imports.some(([, name = ""]) =>
    name.startsWith("node:") ? true : name.startsWith(".") && usesNode(new URL(name, file), seen),
  );
}

describe("loading", () => {
  it("leaves out what is not carried and what is not granted", async () => {
    const names = ["count", "http.send", "rand.intn", "no.such_thing", "__proto__", "constructor"];
    expect([...(await loadBuiltins(names)).keys()]).toEqual(["count"]);
    expect([...(await loadBuiltins(names, { grants })).keys()]).toEqual(["count", "http.send", "rand.intn"]);
    expect(hasBuiltin("constructor")).toBe(false);
    expect(neededGrant("rand.intn")).toBe("randomBytes");
    expect(neededGrant("count")).toBeUndefined();
  });
});

describe("the reference of built-ins", () => {
  const reference = readFileSync(new URL("../../../docs/reference/built-ins.md", import.meta.url), "utf8");
  const rows = new Map(
    [
      ...reference
        .slice(reference.indexOf("## All built-ins"))
        .matchAll(/^\| `([^`]+)` \| ([^|]+?) \| ([^|]*?) ?\|$/gm),
    ].map(([, name, where, note]) => [name ?? "", { where: where ?? "", note: note ?? "" }]),
  );
  const declarations = readFileSync(new URL("../../compiler/src/builtins/declarations.ts", import.meta.url), "utf8");
  const declared = [...declarations.matchAll(/^([a-z_0-9.]+)\(/gm)].map(([, name]) => name ?? "");
  const library = readFileSync(new URL("../../compiler/src/runtime-module.generated.ts", import.meta.url), "utf8");

  it("names every built-in that the compiler declares, and no other", () => {
    expect(declared.length).toBeGreaterThanOrEqual(206);
    expect([...rows.keys()].sort()).toEqual([...declared].sort());
  });

  it.each([...rows.keys()])("says where %s is carried", (name) => {
    const { where, note } = rows.get(name) ?? { where: "", note: "" };
    const inModule = moduleFunctions(library).has(`b_${name.replaceAll(".", "_")}`);
    switch (where) {
      case "module":
        expect(inModule).toBe(true);
        expect(hasBuiltin(name)).toBe(true);
        break;
      case "host":
        expect(inModule).toBe(false);
        expect(hasBuiltin(name)).toBe(true);
        expect(neededGrant(name)).toBeUndefined();
        break;
      case "granted":
        expect(note).toContain(`\`${neededGrant(name)}\``);
        break;
      case "compiler":
        expect(note).not.toBe("");
        break;
      default:
        expect(where).toBe("not carried");
        expect(hasBuiltin(name)).toBe(false);
        expect(note).not.toBe("");
    }
  });
});

let functions: ReadonlySet<string> | undefined;

/** Names of the functions that the run-time library exports. */
function moduleFunctions(source: string): ReadonlySet<string> {
  if (functions === undefined) {
    const encoded = /"([A-Za-z0-9+/=]{1000,})"/.exec(source)?.[1] ?? "";
    const module = new WebAssembly.Module(Uint8Array.from(atob(encoded), (character) => character.charCodeAt(0)));
    functions = new Set(WebAssembly.Module.exports(module).map(({ name }) => name));
  }
  return functions;
}
