import { BuiltinError } from "@flyball/engine";
import { isArray, isSet, isString, type RegoValue, typeName } from "@flyball/engine/values";
import type { BuiltinTable } from "../builtin-table.ts";
import { regoText } from "../format/rego-text.ts";
import { MAX_ELEMENTS } from "../limits.ts";
import { arrayAt, stringAt } from "../operand.ts";
import type { BuiltinGrants } from "./grants.ts";

/** Notes for whoever writes a policy. They are true always, and nothing happens where nobody listens. */
export function printing({ print }: BuiltinGrants): BuiltinTable {
  return {
    // The arguments as they come from a `print` call: each the set of its values, which is empty where the argument is undefined.
    "internal.print": (args) => {
      if (print !== undefined) for (const line of lines(arrayAt(args, 0))) print(line);
      return true;
    },
    print: (args) => {
      print?.(args.map(valueText).join(" "));
      return true;
    },
    // OPA's test runner puts it in, to note in which row of a table a test is.
    "internal.test_case": (args) => arrayAt(args, 0) !== undefined,
    trace: (args) => stringAt(args, 0) !== undefined,
  };
}

/** One line for each combination of the arguments' values. */
function lines(operands: readonly RegoValue[]): readonly string[] {
  let combined: readonly string[] = [""];
  for (const [index, operand] of operands.entries()) {
    const texts = operandTexts(operand);
    if (combined.length * texts.length > MAX_ELEMENTS)
      throw new BuiltinError("print has too many lines", { fatal: true });
    combined = combined.flatMap((line) => texts.map((text) => (index === 0 ? text : `${line} ${text}`)));
  }
  return combined;
}

function operandTexts(operand: RegoValue): readonly string[] {
  if (isSet(operand)) return operand.size === 0 ? ["<undefined>"] : [...operand].map(valueText);
  const isComposite = isArray(operand) || typeName(operand) === "object";
  if (isComposite) throw new BuiltinError(`illegal argument type: ${typeName(operand)}`, { fatal: true });
  return [valueText(operand)];
}

function valueText(value: RegoValue): string {
  return isString(value) ? value : regoText(value);
}
