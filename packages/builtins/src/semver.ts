import { BuiltinError } from "@flyball/engine";
import { compareStrings, isString } from "@flyball/engine/values";
import type { BuiltinTable } from "./builtin-table.ts";
import { operandAt, stringAt } from "./operand.ts";

/** Semantic versions (semver.org 2.0.0), with an optional `v` in front. */
export const semver: BuiltinTable = {
  "semver.compare": (args) => compareVersions(versionAt(stringAt(args, 0), 1), versionAt(stringAt(args, 1), 2)),
  "semver.is_valid": (args) => {
    const text = operandAt(args, 0);
    return isString(text) && parseVersion(text) !== undefined;
  },
};

interface Version {
  readonly numbers: readonly bigint[];
  readonly preRelease: readonly string[];
}

const VERSION =
  /^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?(?:\+[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?$/;
const DIGITS = /^\d+$/;
const MAX_NUMBER = 2n ** 63n - 1n;

function parseVersion(text: string): Version | undefined {
  const [whole, major = "", minor = "", patch = "", preRelease] = VERSION.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const identifiers = preRelease?.split(".") ?? [];
  if (identifiers.some((identifier) => /^0\d+$/.test(identifier))) return undefined;
  const numbers = [major, minor, patch].map((digits) => (digits.length > 19 ? MAX_NUMBER + 1n : BigInt(digits)));
  return numbers.every((number) => number <= MAX_NUMBER) ? { numbers, preRelease: identifiers } : undefined;
}

function versionAt(text: string, operand: number): Version {
  const version = parseVersion(text);
  if (version === undefined) throw new BuiltinError(`operand ${operand}: string ${text} is not a valid SemVer`);
  return version;
}

function compareVersions(a: Version, b: Version): number {
  for (const [index, number] of a.numbers.entries()) {
    const other = b.numbers[index] ?? 0n;
    if (number !== other) return number < other ? -1 : 1;
  }
  // A version without a pre-release is the greater one.
  if (a.preRelease.length === 0 || b.preRelease.length === 0)
    return Math.sign(b.preRelease.length - a.preRelease.length);
  for (const [index, identifier] of a.preRelease.entries()) {
    const other = b.preRelease[index];
    if (other === undefined) return 1;
    const order = compareIdentifiers(identifier, other);
    if (order !== 0) return order;
  }
  return a.preRelease.length < b.preRelease.length ? -1 : 0;
}

/** Numbers by value and before texts. */
function compareIdentifiers(a: string, b: string): number {
  const [isNumber, isOtherNumber] = [DIGITS.test(a), DIGITS.test(b)];
  if (isNumber !== isOtherNumber) return isNumber ? -1 : 1;
  if (isNumber && a.length !== b.length) return a.length < b.length ? -1 : 1;
  return compareStrings(a, b);
}
