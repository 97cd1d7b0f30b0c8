import type { Policy } from "@flyball/engine";
import { isPlainRecord, type PlainValue } from "../action/plain-value.ts";

/** Keys and indexes from the root of the input; the empty path is the whole input. */
export type ReadPath = readonly (string | number)[];

const wholeInput: readonly ReadPath[] = Object.freeze([Object.freeze([])]);

/** What the compiler found an entrypoint to read, from the manifest; everything where the module does not say. */
export function readPathsOf(policy: Policy, entrypoint: string): readonly ReadPath[] {
  const manifest = policy.manifest;
  const declared = manifest.entrypoints.find(({ name }) => name === entrypoint);
  if (declared === undefined) return wholeInput;
  const slots = new Set(declared.slots);
  return Object.freeze(manifest.frame.slots.filter(({ slot }) => slots.has(slot)).map(({ path }) => path));
}

/**
 * The part of `input` that lies on the paths, in the input's own shape: what a record keeps of it, so that the decision
 * can be computed again and nothing else that passed by is stored. A path through an array keeps the whole array, since
 * an array with holes would mean something else.
 */
export function partRead(input: PlainValue, paths: readonly ReadPath[]): PlainValue {
  if (paths.some((path) => path.length === 0)) return input;
  if (!isPlainRecord(input)) return input;
  const byKey = Map.groupBy(paths, (path) => path[0]);
  const kept: [string, PlainValue][] = [];
  for (const [key, field] of Object.entries(input)) {
    const through = byKey.get(key);
    if (through !== undefined)
      kept.push([
        key,
        partRead(
          field,
          through.map((path) => path.slice(1)),
        ),
      ]);
  }
  return Object.freeze(Object.fromEntries(kept));
}
