// JSON text in and out.

import { builtin_failed } from "../host";
import { parseJson, textJson, withTextKeys } from "../json-text";
import { textBegin, textEnd } from "../text";
import { FALSE, fromBool, isString, isUndefined } from "../value";

export function b_json_marshal(v: u64): u64 {
  const plain = withTextKeys(v);
  textBegin(64);
  textJson(plain);
  return textEnd();
}

export function b_json_unmarshal(s: u64): u64 {
  if (!isString(s)) return builtin_failed();
  const v = parseJson(s);
  return isUndefined(v) ? builtin_failed() : v;
}

export function b_json_is_valid(s: u64): u64 {
  return isString(s) ? fromBool(!isUndefined(parseJson(s))) : FALSE;
}
