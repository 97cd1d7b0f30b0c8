import { ABI_VERSION } from "../abi/layout.ts";
import type { Manifest } from "../abi/manifest.ts";
import { PolicyLoadError } from "../policy-load-error.ts";
import { isNumber, isObject, type RegoValue } from "../values/rego-value.ts";

/** A table that a module answers, as `{"limits/decision": 0}`: names and numbers, none of them twice. */
export function numberedNames(value: RegoValue, what: string): ReadonlyMap<string, number> {
  const names = new Map<string, number>();
  if (!isObject(value)) throw refuse(what);
  for (const [name, id] of value instanceof Map ? value : Object.entries(value)) {
    if (typeof name !== "string" || !isNumber(id as RegoValue) || !Number.isInteger(id)) throw refuse(what);
    names.set(name, id as number);
  }
  if (new Set(names.values()).size < names.size) throw refuse(what);
  return names;
}

function refuse(what: string): PolicyLoadError {
  return new PolicyLoadError("manifest_invalid", `the module's list of ${what} is none`);
}

interface OpaDescription {
  readonly entrypoints: ReadonlyMap<string, number>;
  readonly builtins: ReadonlyMap<string, number>;
  readonly minor: number;
  readonly heapStart: number;
  readonly maxPages: number;
}

/** What stands in for a manifest: entrypoints by their numbers, each of which reads the whole input, and the built-ins. There are no layouts, rules or places in it. */
export function opaManifest({ entrypoints, builtins, minor, heapStart, maxPages }: OpaDescription): Manifest {
  const needed = [...builtins.keys()];
  const clock = builtins.has("time.now_ns");
  const names = [...entrypoints].sort(([, a], [, b]) => a - b).map(([name]) => name);
  return Object.freeze({
    version: ABI_VERSION,
    compiler: `opa (abi 1.${minor})`,
    digests: Object.freeze({ sources: "", data: "" }),
    memory: Object.freeze({ heapStart, maxPages }),
    frame: Object.freeze({
      address: 0,
      slots: Object.freeze([Object.freeze({ path: Object.freeze([]), slot: 0, as: "value" as const })]),
    }),
    data: Object.freeze({
      address: 0,
      slots: Object.freeze([Object.freeze({ path: Object.freeze([]), slot: 0, as: "value" as const })]),
    }),
    strings: Object.freeze({}),
    otherString: 0,
    constants: Object.freeze({ start: 0, end: 0 }),
    entrypoints: Object.freeze(
      names.map((name) =>
        Object.freeze({
          name,
          export: "eval",
          slots: Object.freeze([0]),
          fuel: Object.freeze({}),
          builtins: Object.freeze(needed),
          clock,
        }),
      ),
    ),
    builtins: Object.freeze(needed.map((name) => Object.freeze({ name, arity: 0 }))),
    documents: Object.freeze([]),
    rules: Object.freeze([]),
    sites: Object.freeze([]),
  });
}
