// A value is 64 bits: a double, or a tag in the upper 16 bits and an address or a flag in the lower 32 (docs/reference/abi.md).

export const BIG: u64 = 0xfff8 << 48;
export const UNDEFINED: u64 = 0xfff9 << 48;
export const NULL: u64 = 0xfffa << 48;
export const FALSE: u64 = 0xfffb << 48;
export const TRUE: u64 = (0xfffb << 48) | 1;
export const STRING: u64 = 0xfffc << 48;
export const ARRAY: u64 = 0xfffd << 48;
export const OBJECT: u64 = 0xfffe << 48;
export const SET: u64 = 0xffff << 48;

// Ranks in the total order.
export const RANK_NUMBER: i32 = 2;
export const RANK_STRING: i32 = 3;
export const RANK_ARRAY: i32 = 4;
export const RANK_OBJECT: i32 = 5;
export const RANK_SET: i32 = 6;

// @ts-ignore: decorator
@inline
export function addressOf(v: u64): u32 {
  return <u32>v;
}

// @ts-ignore: decorator
@inline
export function isDouble(v: u64): bool {
  return v < BIG;
}

// @ts-ignore: decorator
@inline
export function isNumber(v: u64): bool {
  return v < UNDEFINED;
}

// @ts-ignore: decorator
@inline
export function isUndefined(v: u64): bool {
  return v == UNDEFINED;
}

// @ts-ignore: decorator
@inline
export function isBoolean(v: u64): bool {
  return v >= FALSE && v < STRING;
}

// @ts-ignore: decorator
@inline
export function isString(v: u64): bool {
  return v >= STRING && v < ARRAY;
}

// @ts-ignore: decorator
@inline
export function isArray(v: u64): bool {
  return v >= ARRAY && v < OBJECT;
}

// @ts-ignore: decorator
@inline
export function isObject(v: u64): bool {
  return v >= OBJECT && v < SET;
}

// @ts-ignore: decorator
@inline
export function isSet(v: u64): bool {
  return v >= SET;
}

// @ts-ignore: decorator
@inline
export function fromBool(b: bool): u64 {
  return FALSE | <u64>b;
}

// @ts-ignore: decorator
@inline
export function fromInt(n: i32): u64 {
  return reinterpret<u64>(<f64>n);
}

// @ts-ignore: decorator
@inline
export function fromCount(n: u32): u64 {
  return reinterpret<u64>(<f64>n);
}

// @ts-ignore: decorator
@inline
export function doubleOf(v: u64): f64 {
  return reinterpret<f64>(v);
}

// @ts-ignore: decorator
@inline
export function fromDouble(x: f64): u64 {
  return reinterpret<u64>(x);
}

/** Element count of an array, object or set; byte count of a string. */
// @ts-ignore: decorator
@inline
export function countOf(v: u64): u32 {
  return load<u32>(<u32>v);
}

/** Place in the total order: null 0, boolean 1, number 2, string 3, array 4, object 5, set 6; -1 for undefined. */
export function value_type(v: u64): i32 {
  if (v < UNDEFINED) return RANK_NUMBER;
  const tag = <i32>(v >> 48);
  return tag >= 0xfffc ? tag - 0xfff9 : tag - 0xfffa;
}
