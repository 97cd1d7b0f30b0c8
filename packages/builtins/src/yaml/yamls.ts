import { BuiltinError } from "@flyball/engine";
import { isString, type RegoValue, toJson } from "@flyball/engine/values";
import type { BuiltinTable } from "../builtin-table.ts";
import { operandAt, stringAt } from "../operand.ts";
import { parseYaml } from "./parse-yaml.ts";
import { writeYaml } from "./write-yaml.ts";

/** YAML, read by the library `yaml` and resolved and written as go-yaml 3 does it, which OPA uses. */
export const yamls: BuiltinTable = {
  "yaml.marshal": (args) => marshal(operandAt(args, 0)),
  "yaml.unmarshal": (args) => parseYaml(stringAt(args, 0)),
  "yaml.is_valid": (args) => {
    const text = operandAt(args, 0);
    if (!isString(text)) return false;
    try {
      parseYaml(text);
      return true;
    } catch (error) {
      if (error instanceof BuiltinError && !error.fatal) return false;
      throw error;
    }
  },
};

/** OPA hands the value to YAML as JSON text, in which YAML does not take these characters. */
const REFUSED = /[\x7f-\x84\x86-\x9f\ufffe\uffff]/;

function marshal(value: RegoValue): string {
  if (REFUSED.test(toJson(value))) throw new BuiltinError("yaml: control characters are not allowed");
  return writeYaml(value);
}
