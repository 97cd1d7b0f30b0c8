import { numberText } from "../values/rego-number.ts";
import { isMap, type RegoNumeric, type RegoObject, type RegoValue, typeName } from "../values/rego-value.ts";

/** A canonical value in the text form that `opa_value_parse` reads: JSON, with `{1, 2}` and `set()` for sets, and keys of any type. */
export function valueText(value: RegoValue): string {
  switch (typeName(value)) {
    case "null":
      return "null";
    case "boolean":
      return value === true ? "true" : "false";
    case "number":
      return numberText(value as RegoNumeric);
    case "string":
      return JSON.stringify(value);
    case "array":
      return `[${(value as readonly RegoValue[]).map(valueText).join(",")}]`;
    case "set": {
      const elements = Array.from(value as ReadonlySet<RegoValue>, valueText);
      return elements.length === 0 ? "set()" : `{${elements.join(",")}}`;
    }
    case "object":
      return `{${pairs(value as RegoObject).join(",")}}`;
  }
}

function pairs(object: RegoObject): string[] {
  const entries: Iterable<readonly [RegoValue, RegoValue]> = isMap(object) ? object : Object.entries(object);
  return Array.from(entries, ([key, value]) => `${valueText(key)}:${valueText(value)}`);
}
