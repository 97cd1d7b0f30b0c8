import { type BuiltinEnvironment, BuiltinError } from "@flyball/engine";
import type { RegoValue } from "@flyball/engine/values";
import { structuralKey } from "@flyball/engine/values";
import type { BuiltinTable } from "../builtin-table.ts";
import { encodeHex } from "../bytes.ts";
import { integerAt, operandAt, stringAt } from "../operand.ts";
import type { BuiltinGrants } from "./grants.ts";

/** Random answers. The same question gets the same answer for the rest of the evaluation. */
export function randomness({ randomBytes }: BuiltinGrants): BuiltinTable {
  if (randomBytes === undefined) return {};
  const bytes = (count: number): Uint8Array => {
    const random = randomBytes(count);
    if (random.length !== count) throw new RangeError(`randomBytes(${count}) answered ${random.length} bytes`);
    return random;
  };
  return {
    "rand.intn": (args, environment) => {
      const [key, bound] = [stringAt(args, 0), Math.abs(integerAt(args, 1))];
      return bound === 0 ? 0 : remembered(environment, `rand.intn ${bound} ${key}`, () => below(bound, bytes));
    },
    "uuid.rfc4122": (args, environment) =>
      remembered(environment, `uuid.rfc4122 ${structuralKey(operandAt(args, 0))}`, () => randomUuid(bytes(16))),
  };
}

function remembered(environment: BuiltinEnvironment, key: string, compute: () => RegoValue): RegoValue {
  const known = environment.memo?.get(key);
  if (known !== undefined) return known;
  const value = compute();
  environment.memo?.set(key, value);
  return value;
}

/** Below the bound with equal chances: numbers from where the last whole round begins are drawn again. */
function below(bound: number, bytes: (count: number) => Uint8Array): number {
  const rounds = Math.floor(2 ** 53 / bound) * bound;
  // Each try has a chance of more than a half; so many failures in a row mean that the source is none.
  for (let tries = 0; tries < 128; tries++) {
    const [first = 0, ...rest] = bytes(7);
    const number = rest.reduce((sum, byte) => sum * 256 + byte, first % 32);
    if (number < rounds) return number % bound;
  }
  throw new BuiltinError("the random bytes are not random", { fatal: true });
}

function randomUuid(random: Uint8Array): string {
  const bytes = Uint8Array.from(random);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return encodeHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
