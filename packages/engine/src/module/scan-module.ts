import { PolicyLoadError } from "../policy-load-error.ts";

/** Larger modules are refused before they are compiled. */
const MAX_MODULE_BYTES = 256 * 1024 * 1024;

const IMPORT_SECTION = 2;
const MEMORY_SECTION = 5;
const START_SECTION = 8;

const ImportKind = { function: 0, table: 1, memory: 2, global: 3 } as const;

/** What can be told from a module's bytes only. */
export interface ScannedModule {
  /** Its memory, in pages; `undefined` where it has none. */
  readonly memory: { readonly least: number; readonly bounded: boolean; readonly imported: boolean } | undefined;
  readonly hasStart: boolean;
}

/** Looks through the sections of a module before anything of it is compiled or run. Throws `PolicyLoadError` where it is none, or has more than one memory. */
export function scanModule(bytes: Uint8Array): ScannedModule {
  if (bytes.length > MAX_MODULE_BYTES) {
    throw new PolicyLoadError(
      "module_too_large",
      `the module has ${bytes.length} bytes; the limit is ${MAX_MODULE_BYTES}`,
    );
  }
  const cursor = { bytes, at: 8 };
  if (bytes.length < 8 || readU32(bytes, 0) !== 0x6d736100) refuse("it is no WebAssembly module");
  if (readU32(bytes, 4) !== 1) refuse("it is of another version of WebAssembly");
  const memories: NonNullable<ScannedModule["memory"]>[] = [];
  let hasStart = false;
  while (cursor.at < bytes.length) {
    const id = bytes[cursor.at++];
    const size = readLeb(cursor);
    const end = cursor.at + size;
    if (end > bytes.length) refuse("it is cut off");
    if (id === START_SECTION) hasStart = true;
    if (id === MEMORY_SECTION) for (let i = readLeb(cursor); i > 0; i--) memories.push(readMemory(cursor, false));
    if (id === IMPORT_SECTION) memories.push(...importedMemories(cursor));
    cursor.at = end;
  }
  if (memories.length > 1) refuse(`it has ${memories.length} memories`);
  return { memory: memories[0], hasStart };
}

/** A module of our own has one memory of its own with a maximum, and no start function, since that would run before any limit is set. */
export function checkOwnShape({ memory, hasStart }: ScannedModule): void {
  if (hasStart) refuse("it has a start function");
  if (memory !== undefined && !memory.bounded) refuse("its memory has no maximum");
}

function readMemory(cursor: Cursor, imported: boolean): NonNullable<ScannedModule["memory"]> {
  const { least, flags } = readLimits(cursor);
  return { least, bounded: flags === 1, imported };
}

/** Minimum and maximum of a memory or a table; other flags than "has a maximum" (shared, 64 bits) count as no maximum. */
function readLimits(cursor: Cursor): { least: number; flags: number } {
  const flags = cursor.bytes[cursor.at++] ?? refuse("it is cut off");
  const least = readLeb(cursor);
  if ((flags & 1) === 1) readLeb(cursor);
  return { least, flags };
}

function importedMemories(cursor: Cursor): NonNullable<ScannedModule["memory"]>[] {
  const memories: NonNullable<ScannedModule["memory"]>[] = [];
  for (let i = readLeb(cursor); i > 0; i--) {
    for (const _ of ["module", "name"]) {
      const length = readLeb(cursor);
      cursor.at += length;
    }
    const kind = cursor.bytes[cursor.at++];
    if (kind === ImportKind.memory) {
      memories.push(readMemory(cursor, true));
    } else if (kind === ImportKind.function) {
      readLeb(cursor);
    } else if (kind === ImportKind.table) {
      cursor.at++;
      readLimits(cursor);
    } else if (kind === ImportKind.global) {
      cursor.at += 2;
    } else {
      refuse("it imports something that no policy needs");
    }
  }
  return memories;
}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

function readU32(bytes: Uint8Array, at: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true);
}

/** An unsigned LEB128 number of at most 32 bits. */
function readLeb(cursor: Cursor): number {
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = cursor.bytes[cursor.at++];
    if (byte === undefined) return refuse("it is cut off");
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value <= 0xffff_ffff ? value : refuse("a number in it is too large");
  }
  return refuse("a number in it is too long");
}

function refuse(reason: string): never {
  throw new PolicyLoadError("module_invalid", `not a module that can be loaded: ${reason}`);
}
