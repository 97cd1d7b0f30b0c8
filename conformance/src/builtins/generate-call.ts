import type { BuiltinDeclaration } from "@flyball/compiler";
import type { Random } from "../fuzz/random.ts";
import { sampleTexts } from "./sample-texts.ts";

/** Numbers at the borders of what built-ins count with. */
const NUMBERS = [
  "0",
  "1",
  "-1",
  "2",
  "3",
  "5",
  "7",
  "10",
  "16",
  "36",
  "37",
  "0.1",
  "-0.5",
  "1.5",
  "2.5",
  "1000",
  "255",
  "1000000",
  "2147483647",
  "-2147483648",
  "4294967296",
  "9007199254740991",
  "9007199254740993",
  "9223372036854775807",
  "-9223372036854775808",
  "9223372036854775808",
  "12345678901234567890123",
  "1e-7",
  "1000000000000000000000",
  "0.30000000000000004",
  "1700000000123456789",
  "-62135596800000000000",
];

/** Where OPA makes as many things as a number says, without a limit, it gets small ones. */
const SMALL_NUMBERS = ["0", "1", "-1", "2", "3", "-7", "10", "16", "1.5", "-0.5", "64", "100"];
const MAKES_AS_MANY = /^(numbers\.|bits\.[lr]sh|format_int|net\.cidr_expand|sprintf)/;

/** Arguments for one call, as Rego writes them: mostly of the declared types, now and then of others. */
export function generateArguments({ name, parameters }: BuiltinDeclaration, random: Random): readonly string[] {
  const texts = sampleTexts(name);
  const numbers = MAKES_AS_MANY.test(name) ? SMALL_NUMBERS : NUMBERS;
  return parameters.map((parameter) => {
    const type =
      parameter.includes(": ") && !/^[a-z]+\[/.test(parameter)
        ? parameter.slice(parameter.indexOf(": ") + 2)
        : parameter;
    return random.chance(0.9)
      ? termOf(type, { random, texts, numbers, depth: 3 })
      : anyTerm({ random, texts, numbers, depth: 2 });
  });
}

interface Generating {
  readonly random: Random;
  readonly texts: readonly string[];
  readonly numbers: readonly string[];
  readonly depth: number;
}

function termOf(type: string, generating: Generating): string {
  const { random, texts, numbers } = generating;
  const alternatives = splitTop(type, "|");
  if (alternatives.length > 1) return termOf(alternatives[random.below(alternatives.length)] ?? "any", generating);
  const [, kind = "", inside] = /^(\w+)(?:\[(.*)\])?$/s.exec(type.trim()) ?? [];
  const inner = { ...generating, depth: generating.depth - 1 };
  switch (kind) {
    case "string":
      return JSON.stringify(pick(texts, random));
    case "number":
      return pick(numbers, random);
    case "boolean":
      return random.chance(0.5) ? "true" : "false";
    case "null":
      return "null";
    case "array":
      return `[${elements(splitTop(inside ?? "...any", ","), inner).join(", ")}]`;
    case "set": {
      const items = elements([`...${inside ?? "any"}`], inner);
      return items.length === 0 ? "set()" : `{${items.join(", ")}}`;
    }
    case "object":
      return `{${members(splitTop(inside ?? "...any: any", ","), inner).join(", ")}}`;
    default:
      return anyTerm(inner);
  }
}

/** `...T` is any number of T. */
function elements(types: readonly string[], generating: Generating): readonly string[] {
  const { random } = generating;
  return types
    .filter((type) => type !== "")
    .flatMap((type) =>
      type.startsWith("...")
        ? Array.from({ length: random.below(4) }, () => termOf(type.slice(3), generating))
        : [termOf(type, generating)],
    );
}

const KEYS = ['"a"', '"b"', '"c"', '"a/b"', '""', '"0"', "1", "true", "[1]"];

function members(types: readonly string[], generating: Generating): readonly string[] {
  const { random } = generating;
  const found = new Map<string, string>();
  for (const type of types) {
    const colon = topColon(type);
    if (colon < 0) continue;
    const [key, value] = [type.slice(0, colon).trim(), type.slice(colon + 1).trim()];
    if (key.startsWith("...")) {
      const isText = key === "...string";
      for (let count = random.below(4); count > 0; count--)
        found.set(
          isText || random.chance(0.8) ? pick(KEYS.slice(0, 6), random) : pick(KEYS, random),
          termOf(value, generating),
        );
    } else if (random.chance(0.9))
      found.set(key.startsWith('"') ? key : JSON.stringify(key), termOf(value, generating));
  }
  return [...found].map(([key, value]) => `${key}: ${value}`);
}

function anyTerm(generating: Generating): string {
  const { random, depth } = generating;
  const kinds = [
    "string",
    "number",
    "boolean",
    "null",
    "string",
    "number",
    "array[...any]",
    "set[any]",
    "object[...any: any]",
  ] as const;
  return termOf(kinds[random.below(depth > 0 ? kinds.length : 6)] ?? "null", generating);
}

function pick<T>(items: readonly T[], random: Random): T {
  const item = items[random.below(items.length)];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
}

function splitTop(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === "[") depth++;
    else if (character === "]") depth--;
    else if (character === separator && depth === 0) {
      parts.push(text.slice(start, index).trim());
      start = index + 1;
    }
  }
  return [...parts, text.slice(start).trim()];
}

function topColon(text: string): number {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === "[") depth++;
    else if (character === "]") depth--;
    else if (character === ":" && depth === 0) return index;
  }
  return -1;
}
