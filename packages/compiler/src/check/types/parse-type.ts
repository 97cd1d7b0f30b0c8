import { structuralKey } from "@flyball/engine/values";
import { splitTopLevel } from "../../builtins/builtin-table.ts";
import { ANY, either, type MaybeType, type RegoType } from "./rego-type.ts";

const known = new Map<string, RegoType>();

/** Reads a type expression of the table of built-ins: `array[boolean, ...any]`, `object[...string: any]`, `number | set[any]`. */
export function parseType(text: string): RegoType {
  let type = known.get(text);
  if (type === undefined) {
    type = read(text.trim());
    known.set(text, type);
  }
  return type;
}

/** A parameter's type: what follows its name. */
export function parseParameter(text: string): RegoType {
  return parseType(text.replace(/^(\.\.\.)?(\w+: )?/, ""));
}

function read(text: string): RegoType {
  const alternatives = splitTopLevel(text, "|");
  if (alternatives.length > 1) {
    let union: MaybeType;
    for (const alternative of alternatives) union = either(union, parseType(alternative));
    return union ?? ANY;
  }
  const open = text.indexOf("[");
  if (open < 0) return readName(text);
  const inside = text.slice(open + 1, -1);
  switch (text.slice(0, open)) {
    case "set":
      return { kind: "set", of: parseType(inside) };
    case "array": {
      const parts = splitTopLevel(inside);
      const rest = parts.find((part) => part.startsWith("..."));
      const items = parts.filter((part) => part !== rest).map(parseType);
      return { kind: "array", items, rest: rest === undefined ? undefined : parseType(rest.slice(3)) };
    }
    default:
      return readObject(inside);
  }
}

function readObject(inside: string): RegoType {
  const properties = new Map<string, { readonly key: string; readonly type: RegoType }>();
  let dynamic: { readonly key: RegoType; readonly value: RegoType } | undefined;
  for (const part of splitTopLevel(inside)) {
    const colon = part.indexOf(": ");
    const value = parseType(part.slice(colon + 2));
    if (part.startsWith("...")) dynamic = { key: parseType(part.slice(3, colon)), value };
    else {
      const key: string = JSON.parse(part.slice(0, colon));
      properties.set(structuralKey(key), { key, type: value });
    }
  }
  return { kind: "object", properties, dynamic };
}

function readName(text: string): RegoType {
  switch (text) {
    case "null":
    case "boolean":
    case "number":
    case "string":
      return { kind: text };
    default:
      return ANY;
  }
}
