import { BUILTIN_MODULE } from "../abi/layout.ts";
import type { DocumentSlot, Manifest, PathStep, SlotTable } from "../abi/manifest.ts";
import { WASM_PAGE } from "../limits.ts";
import { PolicyLoadError } from "../policy-load-error.ts";

/**
 * Checks what the members of a manifest say of each other and of the module's imports and exports. After it, the engine may write to
 * every address that it writes to, and call every export that it calls. Throws `PolicyLoadError`.
 */
export function checkManifest(manifest: Manifest, module: WebAssembly.Module): void {
  checkMemory(manifest);
  checkSlots("frame", manifest.frame.slots);
  checkRows("frame", manifest.frame.slots);
  checkSlots("data", manifest.data.slots);
  if (manifest.data.slots.some(({ as }) => as !== "value" && as !== "constant"))
    refuse("data: base documents are taken in as they are");
  checkEntrypoints(manifest);
  checkUnique(
    "builtins",
    manifest.builtins.map(({ name }) => name),
  );
  checkImports(manifest, module);
  checkExports(manifest, module);
}

function refuse(message: string): never {
  throw new PolicyLoadError("manifest_invalid", `the module's manifest: ${message}`);
}

interface Range {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/** What the host writes lies below the heap, and nothing of it overlaps the constants or each other. */
function checkMemory({ memory, frame, data, constants, strings, otherString, rules }: Manifest): void {
  if (memory.heapStart > memory.maxPages * WASM_PAGE) refuse("memory.heapStart lies beyond memory.maxPages");
  const ranges: readonly Range[] = [
    { name: "frame", start: frame.address, end: frame.address + 8 * slotCount(frame) },
    { name: "data", start: data.address, end: data.address + 8 * slotCount(data) },
    { name: "constants", start: constants.start, end: constants.end },
  ];
  for (const [i, { name, start, end }] of ranges.entries()) {
    if (start > end || end > memory.heapStart) refuse(`${name} does not lie below memory.heapStart`);
    const other = ranges.slice(i + 1).find((each) => start < each.end && each.start < end);
    if (other !== undefined) refuse(`${name} and ${other.name} overlap`);
  }
  for (const [text, address] of Object.entries(strings)) {
    if (address >= memory.heapStart) refuse(`strings[${JSON.stringify(text)}] does not lie below memory.heapStart`);
  }
  if (otherString >= memory.heapStart) refuse("otherString does not lie below memory.heapStart");
  if (rules.some(({ trace }) => trace + 4 > memory.heapStart))
    refuse("a rule's trace does not lie below memory.heapStart");
}

function slotCount({ slots }: SlotTable): number {
  return slots.reduce((most, { slot }) => Math.max(most, slot + 1), 0);
}

/** Slots are distinct, and no path is the beginning of another, but for those that only tell whether there is something. */
function checkSlots(name: string, slots: readonly DocumentSlot[]): void {
  checkUnique(
    `${name} slots`,
    slots.map(({ slot }) => slot),
  );
  const root: PathNode = { ends: false, present: false, children: new Map() };
  for (const { path, as } of slots) {
    let node = root;
    for (const step of path) {
      if (node.ends) refuse(`${name}: a path is the beginning of ${JSON.stringify(path)}`);
      let child = node.children.get(step);
      if (child === undefined) {
        child = { ends: false, present: false, children: new Map() };
        node.children.set(step, child);
      }
      node = child;
    }
    if (as === "present") {
      if (node.present) refuse(`${name}: ${JSON.stringify(path)} is there twice`);
      node.present = true;
      continue;
    }
    if (node.ends || node.children.size > 0)
      refuse(`${name}: ${JSON.stringify(path)} is, or is the beginning of, another path`);
    node.ends = true;
  }
}

/** The same within rows: what the host writes of an element stays in the element's row. */
function checkRows(name: string, slots: readonly DocumentSlot[]): void {
  for (const { path, rows } of slots) {
    if (rows === undefined) continue;
    const place = `${name}, rows of ${JSON.stringify(path)}`;
    checkSlots(place, rows.slots);
    const used = rows.slots.map(({ slot }) => slot).concat(rows.key ?? []);
    checkUnique(`${place}, slots and key`, used);
    if (used.some((slot) => slot >= rows.width)) refuse(`${place}: a slot lies beyond their width`);
    checkRows(place, rows.slots);
  }
}

interface PathNode {
  ends: boolean;
  present: boolean;
  readonly children: Map<PathStep, PathNode>;
}

function checkEntrypoints({ entrypoints, frame, builtins }: Manifest): void {
  if (entrypoints.length === 0) refuse("there is no entrypoint");
  checkUnique(
    "entrypoints",
    entrypoints.map(({ name }) => name),
  );
  const slots = new Set(frame.slots.map(({ slot }) => slot));
  const names = new Set(builtins.map(({ name }) => name));
  for (const { name, slots: own, builtins: needed } of entrypoints) {
    if (own.some((slot) => !slots.has(slot))) refuse(`entrypoint ${name} has a slot that the frame lacks`);
    if (needed.some((each) => !names.has(each))) refuse(`entrypoint ${name} has a built-in that the module lacks`);
  }
}

function checkUnique(name: string, values: readonly (string | number)[]): void {
  if (new Set(values).size < values.length) refuse(`${name}: one is there twice`);
}

/** Nothing but host built-ins comes into a module. */
function checkImports({ builtins }: Manifest, module: WebAssembly.Module): void {
  const names = new Set(builtins.map(({ name }) => name));
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    if (from !== BUILTIN_MODULE || kind !== "function" || !names.has(name)) {
      throw new PolicyLoadError(
        "import_refused",
        `the module wants the ${kind} ${from}.${name}, which is no host built-in of its manifest`,
      );
    }
  }
}

function checkExports({ entrypoints }: Manifest, module: WebAssembly.Module): void {
  const exports = new Map(WebAssembly.Module.exports(module).map(({ name, kind }) => [name, kind]));
  if (exports.get("memory") !== "memory")
    throw new PolicyLoadError("export_missing", "the module does not export its memory");
  for (const { name, export: symbol } of entrypoints) {
    if (exports.get(symbol) !== "function") {
      throw new PolicyLoadError(
        "export_missing",
        `the module does not export the function ${symbol} of entrypoint ${name}`,
      );
    }
  }
}
