// Values as OPA's terms print themselves: [1, "a"], {"k": null}, {1, 2}, set().

import { entriesOf, iterate_count } from "./collection";
import { enter, leave, spend } from "./host";
import { textNumber } from "./number-text";
import { textQuoted } from "./quote";
import { bytesOf, textOf } from "./string";
import { textByte, textLiteral } from "./text";
import { NULL, TRUE, isArray, isBoolean, isNumber, isObject, isString } from "./value";

function textSeparator(i: u32): void {
  if (!i) return;
  textByte(44);
  textByte(32);
}

export function textValue(v: u64): void {
  if (isNumber(v)) {
    textNumber(v);
  } else if (isString(v)) {
    textQuoted(textOf(v), bytesOf(v), false);
  } else if (v == NULL) {
    textLiteral("null");
  } else if (isBoolean(v)) {
    if (v == TRUE) textLiteral("true");
    else textLiteral("false");
  } else {
    textComposite(v);
  }
}

function textComposite(v: u64): void {
  const count = iterate_count(v);
  spend(count);
  enter();
  if (isArray(v)) {
    textByte(91);
    for (let i: u32 = 0; i < count; i++) {
      textSeparator(i);
      textValue(load<u64>(<u32>v + (i << 3), 8));
    }
    textByte(93);
  } else if (isObject(v)) {
    textByte(123);
    for (let i: u32 = 0; i < count; i++) {
      textSeparator(i);
      textValue(load<u64>(entriesOf(v) + (i << 4)));
      textByte(58);
      textByte(32);
      textValue(load<u64>(entriesOf(v) + (i << 4), 8));
    }
    textByte(125);
  } else if (!count) {
    textLiteral("set()");
  } else {
    textByte(123);
    for (let i: u32 = 0; i < count; i++) {
      textSeparator(i);
      textValue(load<u64>(entriesOf(v) + (i << 3)));
    }
    textByte(125);
  }
  leave();
}
