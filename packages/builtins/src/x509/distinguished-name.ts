import { makeObject, type RegoValue } from "@flyball/engine/values";
import {
  type DerReader,
  DerTag,
  derText,
  isAtEnd,
  readElement,
  readInner,
  readObjectIdentifier,
} from "../crypto/der.ts";

/** One attribute of a name: its object identifier and its text. */
export interface NameAttribute {
  readonly type: readonly number[];
  readonly value: string;
}

/** The attributes of a distinguished name, in order. Throws `BuiltinError`. */
export function readName(reader: DerReader): readonly NameAttribute[] {
  const attributes: NameAttribute[] = [];
  const sequence = readInner(reader, DerTag.sequence, "RDNSequence");
  while (!isAtEnd(sequence)) {
    const set = readInner(sequence, DerTag.set);
    while (!isAtEnd(set)) {
      const attribute = readInner(set, DerTag.sequence);
      attributes.push({ type: readObjectIdentifier(attribute), value: derText(readElement(attribute)) });
    }
  }
  return attributes;
}

/** Below 2.5.4. Several values each, but for the first two. */
const SINGLE: ReadonlyMap<number, string> = new Map([
  [3, "CommonName"],
  [5, "SerialNumber"],
]);
const MULTIPLE: ReadonlyMap<number, string> = new Map([
  [6, "Country"],
  [7, "Locality"],
  [8, "Province"],
  [9, "StreetAddress"],
  [10, "Organization"],
  [11, "OrganizationalUnit"],
  [17, "PostalCode"],
]);

/** The fields of Go's pkix.Name. */
export function nameValue(attributes: readonly NameAttribute[]): RegoValue {
  const fields = new Map<string, RegoValue>([
    ...[...MULTIPLE.values()].map((name) => [name, null] as const),
    ...[...SINGLE.values()].map((name) => [name, ""] as const),
  ]);
  const lists = new Map<string, string[]>();
  for (const { type, value } of attributes) {
    const [a, b, c, last = -1] = type;
    if (type.length !== 4 || a !== 2 || b !== 5 || c !== 4) continue;
    const [single, multiple] = [SINGLE.get(last), MULTIPLE.get(last)];
    if (single !== undefined) fields.set(single, value);
    if (multiple !== undefined) lists.set(multiple, [...(lists.get(multiple) ?? []), value]);
  }
  const names = attributes.map(({ type, value }) =>
    makeObject([
      ["Type", type],
      ["Value", value],
    ]),
  );
  return makeObject([...fields, ...lists, ["Names", names.length === 0 ? null : names], ["ExtraNames", null]]);
}
