import { BorderError } from "../border/border-error.ts";
import { WASM_PAGE } from "../limits.ts";

/** Grown by at least this much, since each growth makes all views new. */
const GROWTH_PAGES = 16;

/** Up to this many bytes a loop is faster than `fill`. */
const SHORT_CLEAR = 512;

/**
 * The linear memory of one module instance and the heap of the evaluation in it: a bump pointer between `top` and `limit`.
 * The views are made anew whenever the memory has grown; nobody may keep one across `reserve` or a call into the module.
 */
export class PolicyMemory {
  readonly memory: WebAssembly.Memory;
  u8: Uint8Array;
  u32: Uint32Array;
  f64: Float64Array;
  /** First free byte; a multiple of 8. */
  top = 0;
  /** The heap may not grow beyond this address. */
  limit = 0;
  readonly #growBy: (pages: number) => void;

  /** `growBy` makes the memory larger or throws, for modules that have to know. */
  constructor(memory: WebAssembly.Memory, growBy: (pages: number) => void = (pages) => memory.grow(pages)) {
    this.memory = memory;
    this.#growBy = growBy;
    this.u8 = new Uint8Array(memory.buffer);
    this.u32 = new Uint32Array(memory.buffer);
    this.f64 = new Float64Array(memory.buffer);
  }

  /** To be called after each call into the module: growth detaches the old buffer, whose views then have no length. */
  refresh(): void {
    if (this.u8.length === 0) this.#makeViews();
  }

  #makeViews(): void {
    const { buffer } = this.memory;
    this.u8 = new Uint8Array(buffer);
    this.u32 = new Uint32Array(buffer);
    this.f64 = new Float64Array(buffer);
  }

  /** Writes zeros from `start`, a multiple of 8, up to `end`, so that the next evaluation finds nothing of this one. */
  clear(start: number, end: number): void {
    if (end - start > SHORT_CLEAR) {
      this.u8.fill(0, start, end);
      return;
    }
    const { f64 } = this;
    for (let i = start >>> 3; i < end / 8; i++) f64[i] = 0;
  }

  /** The address of so many free bytes. Throws `BorderError` with `memory_exhausted`. */
  reserve(bytes: number): number {
    const address = this.top;
    // In doubles, so that no count can wrap round.
    const end = address + bytes;
    if (end > this.limit) throw new BorderError("memory_exhausted", "the values do not fit the memory limit");
    if (end > this.u8.length) this.#grow(end);
    this.top = (end + 7) & ~7;
    // Beyond 2 GiB the mask above is negative; 4 GiB is the largest memory there is.
    if (this.top < 0) this.top += 4_294_967_296;
    return address;
  }

  /** Makes the memory at least so large. */
  #grow(end: number): void {
    const present = this.u8.length / WASM_PAGE;
    const needed = Math.ceil(end / WASM_PAGE) - present;
    const most = Math.floor(this.limit / WASM_PAGE) - present;
    for (const pages of [Math.min(Math.max(needed, GROWTH_PAGES), Math.max(needed, most)), needed]) {
      try {
        this.#growBy(pages);
        this.#makeViews();
        return;
      } catch {
        // The memory's own maximum is nearer; try what is needed at least.
      }
    }
    throw new BorderError("memory_exhausted", "the memory cannot grow any more");
  }
}
