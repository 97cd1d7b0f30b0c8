// Types and casts.

import { array_new, entriesOf, iterate_count, set_add, set_new, elementOf } from "../collection";
import { builtin_failed, spend } from "../host";
import { stringAt } from "../string";
import {
  NULL,
  countOf,
  fromBool,
  isArray,
  isBoolean,
  isNumber,
  isObject,
  isSet,
  isString,
  value_type,
} from "../value";

const NAME_NULL: usize = memory.data<u8>([4, 0, 0, 0, 0, 0, 0, 0, 110, 117, 108, 108], 8);
const NAME_BOOLEAN: usize = memory.data<u8>([7, 0, 0, 0, 0, 0, 0, 0, 98, 111, 111, 108, 101, 97, 110], 8);
const NAME_NUMBER: usize = memory.data<u8>([6, 0, 0, 0, 0, 0, 0, 0, 110, 117, 109, 98, 101, 114], 8);
const NAME_STRING: usize = memory.data<u8>([6, 0, 0, 0, 0, 0, 0, 0, 115, 116, 114, 105, 110, 103], 8);
const NAME_ARRAY: usize = memory.data<u8>([5, 0, 0, 0, 0, 0, 0, 0, 97, 114, 114, 97, 121], 8);
const NAME_OBJECT: usize = memory.data<u8>([6, 0, 0, 0, 0, 0, 0, 0, 111, 98, 106, 101, 99, 116], 8);
const NAME_SET: usize = memory.data<u8>([3, 0, 0, 0, 0, 0, 0, 0, 115, 101, 116], 8);

export function b_is_number(x: u64): u64 {
  return fromBool(isNumber(x));
}

export function b_is_string(x: u64): u64 {
  return fromBool(isString(x));
}

export function b_is_boolean(x: u64): u64 {
  return fromBool(isBoolean(x));
}

export function b_is_array(x: u64): u64 {
  return fromBool(isArray(x));
}

export function b_is_set(x: u64): u64 {
  return fromBool(isSet(x));
}

export function b_is_object(x: u64): u64 {
  return fromBool(isObject(x));
}

export function b_is_null(x: u64): u64 {
  return fromBool(x == NULL);
}

export function b_type_name(x: u64): u64 {
  switch (value_type(x)) {
    case 0:
      return stringAt(<u32>NAME_NULL);
    case 1:
      return stringAt(<u32>NAME_BOOLEAN);
    case 2:
      return stringAt(<u32>NAME_NUMBER);
    case 3:
      return stringAt(<u32>NAME_STRING);
    case 4:
      return stringAt(<u32>NAME_ARRAY);
    case 5:
      return stringAt(<u32>NAME_OBJECT);
    default:
      return stringAt(<u32>NAME_SET);
  }
}

/** The elements of a set as an array, in order. */
export function arrayOfSet(set: u64): u64 {
  const count = iterate_count(set);
  spend(count);
  const array = array_new(count);
  memory.copy(<u32>array + 8, entriesOf(set), count << 3);
  return array;
}

export function setOfArray(array: u64): u64 {
  const count = countOf(array);
  spend(count);
  const set = set_new(count);
  for (let i: u32 = 0; i < count; i++) set_add(set, elementOf(array, i));
  return set;
}

export function b_cast_array(x: u64): u64 {
  if (isArray(x)) return x;
  return isSet(x) ? arrayOfSet(x) : builtin_failed();
}

export function b_cast_set(x: u64): u64 {
  if (isSet(x)) return x;
  return isArray(x) ? setOfArray(x) : builtin_failed();
}

export function b_cast_string(x: u64): u64 {
  return isString(x) ? x : builtin_failed();
}

export function b_cast_boolean(x: u64): u64 {
  return isBoolean(x) ? x : builtin_failed();
}

export function b_cast_null(x: u64): u64 {
  return x == NULL ? x : builtin_failed();
}

export function b_cast_object(x: u64): u64 {
  return isObject(x) ? x : builtin_failed();
}
