import { type ByteCursor, byteAt, positive, readUnsigned, sized, skipNumber, unsigned } from "./byte-cursor.ts";
import { meterFunction } from "./meter-function.ts";

/** The export by which the engine finds the counter: docs/reference/abi.md, "Modules made by OPA". */
const FUEL_EXPORT = "flyball_fuel";
/** What the module may spend before a host sets its own limit: its start function, its lists of entrypoints and built-ins. */
const FUEL_AT_START = 50_000_000;

const SectionId = { custom: 0, import: 2, global: 6, export: 7, code: 10 } as const;
/** The order in which sections stand, where it is not that of their numbers (tags before globals, the count of data before code). */
const ORDER: Readonly<Record<number, number>> = { 13: 5.5, 12: 9.5 };

interface Section {
  readonly id: number;
  readonly content: Uint8Array;
}

/**
 * A module with a fuel counter: one more global, exported as `flyball_fuel`, from which each function and each turn of a loop takes its price, and a trap where nothing is left. Everything else
 * keeps its index and its meaning. In: a valid module. Throws `UnknownInstruction` where it has one whose cost is not known. Same module, same bytes.
 */
export function meterModule(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const sections = withSection(withSection(readSections(bytes), SectionId.global), SectionId.export);
  const globals = sections.find(({ id }) => id === SectionId.global)?.content ?? new Uint8Array([0]);
  const fuelGlobal = importedGlobals(sections) + countOf(globals);
  const metered: number[][] = sections.map(({ id, content }) => {
    const section = (rewritten: ArrayLike<number>): number[] => [id, ...sized(rewritten)];
    switch (id) {
      case SectionId.global:
        return section(withItem(content, [0x7f, 0x01, 0x41, ...positive(FUEL_AT_START), 0x0b]));
      case SectionId.export:
        return section(
          withItem(content, [...sized(new TextEncoder().encode(FUEL_EXPORT)), 0x03, ...unsigned(fuelGlobal)]),
        );
      case SectionId.code:
        return section(meteredCode(content, fuelGlobal));
      default:
        return section(content);
    }
  });
  const length = metered.reduce((sum, each) => sum + each.length, 8);
  const module = new Uint8Array(length);
  module.set(bytes.subarray(0, 8));
  let at = 8;
  for (const section of metered) {
    module.set(section, at);
    at += section.length;
  }
  return module;
}

/** Whether somebody gave the module a counter already. */
export function isMetered(module: WebAssembly.Module): boolean {
  return WebAssembly.Module.exports(module).some(({ name }) => name === FUEL_EXPORT);
}

function readSections(bytes: Uint8Array): readonly Section[] {
  const cursor: ByteCursor = { bytes, at: 8 };
  const sections: Section[] = [];
  while (cursor.at < bytes.length) {
    const id = byteAt(cursor);
    const size = readUnsigned(cursor);
    sections.push({ id, content: bytes.subarray(cursor.at, cursor.at + size) });
    cursor.at += size;
  }
  return sections;
}

/** The sections with an empty one of the given kind, if there is none, in its place. */
function withSection(sections: readonly Section[], id: number): readonly Section[] {
  if (sections.some((section) => section.id === id)) return sections;
  const next = sections.findIndex(
    (section) => section.id !== SectionId.custom && (ORDER[section.id] ?? section.id) > id,
  );
  return sections.toSpliced(next < 0 ? sections.length : next, 0, { id, content: new Uint8Array([0]) });
}

function countOf(content: Uint8Array): number {
  return readUnsigned({ bytes: content, at: 0 });
}

/** A list with one item more. */
function withItem(content: Uint8Array, item: readonly number[]): number[] {
  const cursor = { bytes: content, at: 0 };
  const count = readUnsigned(cursor);
  return [...unsigned(count + 1), ...content.subarray(cursor.at), ...item];
}

function meteredCode(content: Uint8Array, fuelGlobal: number): number[] {
  const cursor: ByteCursor = { bytes: content, at: 0 };
  const count = readUnsigned(cursor);
  const code = unsigned(count);
  for (let i = 0; i < count; i++) {
    const size = readUnsigned(cursor);
    const body = sized(meterFunction(content.subarray(cursor.at, cursor.at + size), fuelGlobal));
    for (const byte of body) code.push(byte);
    cursor.at += size;
  }
  return code;
}

/** Globals that come from outside have the first indices. */
function importedGlobals(sections: readonly Section[]): number {
  const imports = sections.find(({ id }) => id === SectionId.import);
  if (imports === undefined) return 0;
  const cursor: ByteCursor = { bytes: imports.content, at: 0 };
  let globals = 0;
  for (let left = readUnsigned(cursor); left > 0; left--) {
    skipName(cursor);
    skipName(cursor);
    const kind = byteAt(cursor);
    if (kind === 3) {
      globals++;
      byteAt(cursor);
      byteAt(cursor);
    } else if (kind === 0) skipNumber(cursor);
    else if (kind === 4) {
      byteAt(cursor);
      skipNumber(cursor);
    } else skipLimits(cursor, kind);
  }
  return globals;
}

function skipName(cursor: ByteCursor): void {
  const length = readUnsigned(cursor);
  cursor.at += length;
}

/** Of a table, whose type stands before, or a memory. */
function skipLimits(cursor: ByteCursor, kind: number): void {
  if (kind === 1) byteAt(cursor);
  const flags = byteAt(cursor);
  skipNumber(cursor);
  if ((flags & 1) === 1) skipNumber(cursor);
}
