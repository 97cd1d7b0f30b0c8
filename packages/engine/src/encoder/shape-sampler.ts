const SAMPLES = 16;
const FIRST_INTERVAL = 64;
const LAST_INTERVAL = 65_536;

/**
 * Tells inputs of a few shapes from inputs of hundreds. Engines load a field of a known shape in a nanosecond, and a field of yet another
 * shape slower than a plain look-up by name: so an encoder has both, which answer the same, and this chooses. It looks at the names in one
 * input in many, and at nothing else.
 */
export class ShapeSampler {
  /** Inputs from one look to the next: more and more as long as the answer stays, since a look makes garbage. */
  interval: number = FIRST_INTERVAL;
  #mixed = false;
  #looks = 0;
  readonly #hashes = new Int32Array(SAMPLES);
  readonly #novel = new Uint8Array(SAMPLES);
  #next = 0;

  /** Answers whether inputs have so many shapes that looking up by name is faster. */
  sample(input: unknown): boolean {
    const hash = typeof input === "object" && input !== null ? shapeHash(input) : 0;
    const place = this.#next;
    this.#next = (place + 1) % SAMPLES;
    this.#novel[place] = this.#hashes.includes(hash) ? 0 : 1;
    this.#hashes[place] = hash;
    const mixed = this.#novel.reduce((sum, each) => sum + each, 0) > SAMPLES / 2;
    this.#pace(mixed);
    this.#mixed = mixed;
    return mixed;
  }

  #pace(mixed: boolean): void {
    this.#looks = mixed === this.#mixed ? this.#looks + 1 : 0;
    if (this.#looks === 0) this.interval = FIRST_INTERVAL;
    else if (this.#looks % SAMPLES === 0) this.interval = Math.min(2 * this.interval, LAST_INTERVAL);
  }
}

/** Of the names in their order. */
function shapeHash(input: object): number {
  let hash = 1;
  try {
    for (const key of Object.keys(input)) hash = (Math.imul(hash, 31) + key.length * 7 + key.charCodeAt(0)) | 0;
  } catch {
    // A proxy's trap: what it throws, it throws again when the input is read.
  }
  return hash;
}
