import { PolicyLoadError } from "../policy-load-error.ts";
import { isArray, isMap, isObject, type RegoRecord, type RegoValue } from "../values/rego-value.ts";

/** Reads parts of a manifest by their expected type; everything else is `manifest_invalid`, with the place. */
export class ShapeReader {
  readonly #value: RegoValue | undefined;
  readonly #place: string;

  constructor(value: RegoValue | undefined, place: string) {
    this.#value = value;
    this.#place = place;
  }

  fail(expected: string): never {
    throw new PolicyLoadError("manifest_invalid", `the module's manifest: ${this.#place || "it"} must be ${expected}`);
  }

  member(name: string): ShapeReader {
    const record = this.record();
    const value = Object.hasOwn(record, name) ? record[name] : undefined;
    return new ShapeReader(value, this.#place === "" ? name : `${this.#place}.${name}`);
  }

  record(): RegoRecord {
    const value = this.#value;
    return value !== undefined && isObject(value) && !isMap(value) ? value : this.fail("an object");
  }

  text(): string {
    return typeof this.#value === "string" ? this.#value : this.fail("a text");
  }

  optionalText(): string | undefined {
    return this.#value === undefined ? undefined : this.text();
  }

  boolean(): boolean {
    return typeof this.#value === "boolean" ? this.#value : this.fail("true or false");
  }

  integer(least: number, most: number): number {
    const value = this.#value;
    const fits = typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
    return fits ? value : this.fail(`an integer from ${least} to ${most}`);
  }

  optionalInteger(least: number, most: number): number | undefined {
    return this.#value === undefined ? undefined : this.integer(least, most);
  }

  /** A key of an object or a position in an array. */
  step(): string | number {
    const value = this.#value;
    return typeof value === "string" || typeof value === "number" ? value : this.fail("a text or a number");
  }

  list<T>(most: number, read: (item: ShapeReader) => T): readonly T[] {
    const value = this.#value;
    if (value === undefined || !isArray(value)) return this.fail("a list");
    if (value.length > most) return this.fail(`a list of at most ${most} items`);
    return Object.freeze(value.map((item, i) => read(new ShapeReader(item, `${this.#place}[${i}]`))));
  }
}
