// String interpolation: the parts of a template joined.

import { elementOf, entriesOf } from "../collection";
import { builtin_failed, spend } from "../host";
import { textBegin, textEnd, textLiteral, textString } from "../text";
import { countOf, isArray, isSet, isString } from "../value";
import { textValue } from "../value-text";

function textPart(v: u64): void {
  if (isString(v)) textString(v);
  else textValue(v);
}

/** Strings stand for themselves; a set is an expression's values: none is undefined, one is printed. */
export function b_internal_template_string(parts: u64): u64 {
  if (!isArray(parts)) return builtin_failed();
  const count = countOf(parts);
  spend(count);
  textBegin(min<u32>(count, 64) << 4);
  for (let i: u32 = 0; i < count; i++) {
    const part = elementOf(parts, i);
    if (!isSet(part)) textPart(part);
    else if (countOf(part) == 0) textLiteral("<undefined>");
    else textPart(load<u64>(entriesOf(part)));
  }
  return textEnd();
}
