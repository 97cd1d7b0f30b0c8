import { numberText } from "./rego-number.ts";
import { isMap, type RegoNumeric, type RegoObject, type RegoValue, typeName } from "./rego-value.ts";

/** A text that two values share exactly if they are equal: the key under which JavaScript's own maps find values by structure. */
export function structuralKey(value: RegoValue): string {
  switch (typeName(value)) {
    case "null":
      return "n";
    case "boolean":
      return value === true ? "t" : "f";
    case "number":
      return `#${numberText(value as RegoNumeric)};`;
    case "string":
      return `"${(value as string).length}:${value as string}`;
    case "array":
      return `[${(value as readonly RegoValue[]).map(structuralKey).join("")}]`;
    case "object":
      return `{${pairKeys(value as RegoObject)
        .sort()
        .join("")}}`;
    case "set":
      return `<${Array.from(value as ReadonlySet<RegoValue>, structuralKey)
        .sort()
        .join("")}>`;
  }
}

function pairKeys(object: RegoObject): string[] {
  const entries: Iterable<readonly [RegoValue, RegoValue]> = isMap(object) ? object : Object.entries(object);
  return Array.from(entries, ([key, value]) => structuralKey(key) + structuralKey(value));
}
