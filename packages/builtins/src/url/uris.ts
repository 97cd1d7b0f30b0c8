import { BuiltinError } from "@flyball/engine";
import { isString, makeObject } from "@flyball/engine/values";
import type { BuiltinTable } from "../builtin-table.ts";
import { operandAt, stringAt } from "../operand.ts";
import { parseUrl } from "./parse-url.ts";

/** URLs and relative references taken apart. */
export const uris: BuiltinTable = {
  "uri.parse": (args) => {
    const text = stringAt(args, 0);
    const parts = parseUrl(text);
    if (parts === undefined) throw new BuiltinError(`${JSON.stringify(text.slice(0, 200))} is no URL`);
    const { scheme, hostname, port, path, rawPath, rawQuery, fragment } = parts;
    const fields = { scheme, hostname, port, path, raw_path: rawPath, raw_query: rawQuery, fragment };
    return makeObject(Object.entries(fields).filter(([, value]) => value !== ""));
  },
  "uri.is_valid": (args) => {
    const text = operandAt(args, 0);
    // An empty reference is one to RFC 3986; a policy that asks does not mean it.
    return isString(text) && text !== "" && parseUrl(text) !== undefined;
  },
};
