import { BuiltinError } from "@flyball/engine";
import { isSet, isString, type RegoValue } from "@flyball/engine/values";
import type { BuiltinTable } from "./builtin-table.ts";
import { regoText } from "./format/rego-text.ts";
import { arrayAt } from "./operand.ts";

/** `$"..{e}.."`: texts, and for each expression the set of its values. */
export const templates: BuiltinTable = {
  "internal.template_string": (args) => arrayAt(args, 0).map(partText).join(""),
};

function partText(part: RegoValue): string {
  if (isString(part)) return part;
  if (!isSet(part)) return regoText(part);
  const [value, ...others] = [...part];
  if (others.length > 0) throw new BuiltinError("template-strings must not produce multiple outputs", { fatal: true });
  if (value === undefined) return "<undefined>";
  return isString(value) ? value : regoText(value);
}
