import { canonicalNumber, numberText } from "@flyball/engine/values";
import type { ObjectNode } from "../syntax/nodes.ts";

type Entries = ObjectNode["entries"];

/** The entries of an object literal without those that a later one of the same key replaces: as in OPA they are not even evaluated. */
export function lastEntries(entries: Entries): Entries {
  if (entries.length < 2) return entries;
  const byKey = new Map<unknown, Entries[number]>();
  for (const entry of entries) byKey.set(keyIdentity(entry.key), entry);
  return byKey.size === entries.length ? entries : [...byKey.values()];
}

/** Equal for terms that are written alike. Two wildcards are two variables. */
function keyIdentity(key: Entries[number]["key"]): unknown {
  if (key.kind === "string") return `"${key.value}`;
  const text = JSON.stringify(key, (name, value: unknown) =>
    name === "span" || name === "operatorSpan" ? undefined : value,
  );
  if (text.includes('"name":"_"')) return key;
  return key.kind === "number" ? `number ${numberIdentity(key.text)}` : text;
}

function numberIdentity(text: string): string {
  try {
    return numberText(canonicalNumber(text));
  } catch {
    return text;
  }
}
