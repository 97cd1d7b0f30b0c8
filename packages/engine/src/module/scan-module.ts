import { PolicyLoadError } from "../policy-load-error.ts";

/** Larger modules are refused before they are compiled. */
const MAX_MODULE_BYTES = 256 * 1024 * 1024;

const START_SECTION = 8;
const MEMORY_SECTION = 5;

/** What can be told from a module's bytes only: the bounds of its memory, in pages. */
export interface ScannedModule {
  readonly minPages: number;
}

/**
 * Looks through the sections of a module before anything of it is compiled or run. A module must have one memory with a maximum of its
 * own, and no start function, since that would run before any limit is set. Throws `PolicyLoadError`.
 */
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
  let minPages: number | undefined;
  while (cursor.at < bytes.length) {
    const id = bytes[cursor.at++];
    const size = readLeb(cursor);
    const end = cursor.at + size;
    if (end > bytes.length) refuse("it is cut off");
    if (id === START_SECTION) refuse("it has a start function");
    if (id === MEMORY_SECTION) minPages = memoryPages(cursor);
    cursor.at = end;
  }
  return { minPages: minPages ?? 0 };
}

function memoryPages(cursor: Cursor): number {
  const count = readLeb(cursor);
  if (count !== 1) refuse(`it has ${count} memories`);
  const flags = cursor.bytes[cursor.at++];
  if (flags !== 1) refuse("its memory has no maximum");
  return readLeb(cursor);
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
