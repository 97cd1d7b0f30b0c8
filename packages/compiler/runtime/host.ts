// What the library shares with generated code: the evaluation's counters, faults, and the bump allocator.
// The globals are exported by name; the linker merges them with the module's own.

// @ts-ignore: decorator
@external("flyball", "fault")
declare function raise(status: i32): void;

export const FUEL_EXHAUSTED: i32 = 3;
export const MEMORY_EXHAUSTED: i32 = 4;
export const DEPTH_EXCEEDED: i32 = 5;
export const NUMBER_LIMIT: i32 = 6;
export const BUILTIN_ERROR: i32 = 7;

/** First free byte of the evaluation's heap; a multiple of 8. */
export let heap: u32 = 0;
export let heapLimit: u32 = 0;
export let fuel: i32 = 0;
export let depth: i32 = 0;
export let depthLimit: i32 = 0;
export let strict: i32 = 0;

const HEAP_BASE: usize = 16;
const UNDEFINED: u64 = 0xfff9 << 48;

export function fault(status: i32): void {
  raise(status);
  unreachable();
}

function fuelOut(): void {
  fuel = 0;
  fault(FUEL_EXHAUSTED);
}

export function spend(n: i32): void {
  const left = fuel - n;
  // n is a count; one that looks negative has run over and is certainly too much.
  if ((left | n) < 0) fuelOut();
  fuel = left;
}

/** Charges for `bytes` bytes of text or memory. */
// @ts-ignore: decorator
@inline
export function spendBytes(bytes: u32): void {
  if (bytes >= 8) spend(<i32>(bytes >>> 3));
}

function growFor(end: u64): void {
  if (end > <u64>heapLimit) fault(MEMORY_EXHAUSTED);
  const missing = <i32>((end - (<u64>memory.size() << 16) + 0xffff) >> 16);
  // Growing is slow, so ask for a megabyte first; the maximum may allow only what is needed.
  if (missing < 16 && memory.grow(16) >= 0) return;
  if (memory.grow(missing) < 0) fault(MEMORY_EXHAUSTED);
}

/** `bytes` bytes, aligned to 8, not cleared. */
export function alloc(bytes: u32): u32 {
  const start = heap;
  const end = <u64>start + ((<u64>bytes + 7) & ~7);
  if (end > <u64>heapLimit) fault(MEMORY_EXHAUSTED);
  if (end > <u64>memory.size() << 16) growFor(end);
  heap = <u32>end;
  return start;
}

/** The same for `count` items of `1 << shift` bytes and a header; the product may pass 32 bits. */
export function allocMany(count: u32, shift: u32, header: u32): u32 {
  const bytes = (<u64>count << shift) + header;
  if (bytes > <u64>heapLimit) fault(MEMORY_EXHAUSTED);
  return alloc(<u32>bytes);
}

/** Gives back everything allocated since `mark`. */
// @ts-ignore: decorator
@inline
export function release(mark: u32): void {
  heap = mark;
}

/** Whether a composite outlives the evaluation: constants and base documents. */
// @ts-ignore: decorator
@inline
export function isPersistent(address: u32): bool {
  return address < load<u32>(HEAP_BASE);
}

/** Runs without cost until `resume` gets the returned fuel back: work on persistent composites must not depend on what ran before. */
export function suspendFuel(): i32 {
  const before = fuel;
  fuel = i32.MAX_VALUE;
  return before;
}

export function resumeFuel(before: i32): void {
  fuel = before;
}

export function enter(): void {
  if (depth >= depthLimit) fault(DEPTH_EXCEEDED);
  depth++;
}

// @ts-ignore: decorator
@inline
export function leave(): void {
  depth--;
}

/** What a built-in answers when its arguments are wrong. */
export function builtin_failed(): u64 {
  if (strict) fault(BUILTIN_ERROR);
  return UNDEFINED;
}
