import {
  equalValues,
  isArray,
  isObject,
  isSet,
  makeObject,
  makeSet,
  type RegoValue,
  structuralKey,
} from "@flyball/engine/values";

/** A collection that a running plan is still adding to. It becomes a value when it is read. */
export class Collection {
  readonly form: "array" | "set" | "object";
  readonly #items: RegoValue[] = [];
  readonly #entries = new Map<string, { readonly key: RegoValue; value: RegoValue | Collection }>();
  #value: RegoValue | undefined;

  constructor(form: "array" | "set" | "object") {
    this.form = form;
  }

  append(value: RegoValue): void {
    this.#value = undefined;
    this.#items.push(value);
  }

  add(value: RegoValue): void {
    this.#value = undefined;
    this.#entries.set(structuralKey(value), { key: value, value });
  }

  /** Answers false when another value is there. */
  insert(key: RegoValue, value: RegoValue): boolean {
    const known = this.#entries.get(structuralKey(key));
    if (known !== undefined) return equalValues(finished(known.value), value);
    this.#value = undefined;
    this.#entries.set(structuralKey(key), { key, value });
    return true;
  }

  /** The collection of a kind under `key`, made when there is none; undefined when something else is in its place. */
  descend(key: RegoValue, form: "object" | "set"): Collection | undefined {
    const known = this.#entries.get(structuralKey(key));
    this.#value = undefined;
    if (known === undefined) {
      const made = new Collection(form);
      this.#entries.set(structuralKey(key), { key, value: made });
      return made;
    }
    return known.value instanceof Collection && known.value.form === form ? known.value : undefined;
  }

  finish(): RegoValue {
    this.#value ??= this.#finish();
    return this.#value;
  }

  #finish(): RegoValue {
    switch (this.form) {
      case "array":
        return [...this.#items];
      case "set":
        return makeSet([...this.#entries.values()].map(({ key }) => key));
      case "object":
        return makeObject([...this.#entries.values()].map(({ key, value }) => [key, finished(value)] as const));
    }
  }
}

export function finished(value: RegoValue | Collection): RegoValue {
  return value instanceof Collection ? value.finish() : value;
}

export function isCollection(value: RegoValue): boolean {
  return isArray(value) || isObject(value) || isSet(value);
}
