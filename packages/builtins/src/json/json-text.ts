import { BuiltinError } from "@flyball/engine";
import {
  isString,
  JsonError,
  objectEntries,
  parseJson,
  type RegoValue,
  toJson,
  typeName,
} from "@flyball/engine/values";
import type { BuiltinTable } from "../builtin-table.ts";
import { objectAt, operandAt, stringAt } from "../operand.ts";

/** Nesting of JSON that is read. OPA's own limit is 10,000. */
const MAX_DEPTH = 2_000;

/** Values as JSON text and back, numbers exact. */
export const jsonText: BuiltinTable = {
  "json.marshal": (args) => toJson(operandAt(args, 0)),
  "json.marshal_with_options": (args) => marshalWithOptions(operandAt(args, 0), objectAt(args, 1)),
  "json.unmarshal": (args) => unmarshal(stringAt(args, 0)),
  "json.is_valid": (args) => {
    const text = operandAt(args, 0);
    if (!isString(text)) return false;
    try {
      unmarshal(text);
      return true;
    } catch (error) {
      if (error instanceof BuiltinError) return false;
      throw error;
    }
  },
};

function unmarshal(text: string): RegoValue {
  try {
    return parseJson(text, { duplicateKeys: "last", loneSurrogates: "replace", maxDepth: MAX_DEPTH });
  } catch (error) {
    if (error instanceof JsonError) throw new BuiltinError(error.message);
    throw error;
  }
}

/** Options: `prefix` (before each line), `indent` (default a tab), `pretty` (default: whether one of the others is given). */
function marshalWithOptions(value: RegoValue, options: ReturnType<typeof objectAt>): string {
  let [prefix, indent] = ["", "\t"];
  let pretty: boolean | undefined;
  let anyGiven = false;
  for (const [key, option] of objectEntries(options)) {
    switch (key) {
      case "prefix":
        prefix = stringOption(key, option);
        anyGiven = true;
        break;
      case "indent":
        indent = stringOption(key, option);
        anyGiven = true;
        break;
      case "pretty":
        if (typeof option !== "boolean") throw new BuiltinError("operand 2 key pretty failed cast to bool");
        pretty = option;
        break;
      default:
        throw new BuiltinError(
          isString(key)
            ? `operand 2 object contained unknown key ${key}`
            : "operand 2 must be an object with string keys",
        );
    }
  }
  return (pretty ?? anyGiven) ? prefix + printIndented(value, prefix, indent) : toJson(value);
}

function stringOption(key: string, option: RegoValue): string {
  if (isString(option)) return option;
  throw new BuiltinError(`operand 2 key ${key} failed cast to string: must be string but got ${typeName(option)}`);
}

/** `toJson` takes an empty indentation and prefix for one line; Go breaks lines all the same. */
function printIndented(value: RegoValue, prefix: string, indent: string): string {
  if (indent !== "" || prefix !== "") return toJson(value, { indent, prefix });
  return toJson(value, { indent: "\t" }).replace(/\n\t*/g, "\n");
}
