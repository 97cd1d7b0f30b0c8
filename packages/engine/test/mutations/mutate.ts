/** Bad modules, made from good ones: changed bytes, cut ends, sections moved, and manifests that lie. Each is determined by its number. */
import { MANIFEST_SECTION } from "@flyball/engine/abi";
import { type RegoValue, toJson } from "@flyball/engine/values";

export type Kind = (typeof KINDS)[number];

const KINDS = ["cut", "bits", "bytes", "sections", "numbers", "manifest", "member", "noise"] as const;

export interface Mutation {
  readonly kind: Kind;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** mulberry32: the same numbers for the same seed, anywhere. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = state;
    value = Math.imul(value ^ (value >>> 15), value | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) % below;
  };
}

/** The mutation with this number of a module. */
export function mutate(module: Uint8Array, seed: number): Mutation {
  const random = randomFrom(seed);
  const kind = KINDS[random(KINDS.length)] as Kind;
  return { kind, bytes: MUTATORS[kind](module, random) };
}

type Random = (below: number) => number;
type Mutator = (module: Uint8Array, random: Random) => Uint8Array<ArrayBuffer>;

const MUTATORS: Readonly<Record<Kind, Mutator>> = {
  cut: (module, random) => module.slice(0, random(module.length)),
  bits: (module, random) =>
    changed(
      module,
      1 + random(4),
      (at, bytes) => {
        bytes[at] = (bytes[at] as number) ^ (1 << random(8));
      },
      random,
    ),
  bytes: (module, random) =>
    changed(
      module,
      1 + random(8),
      (at, bytes) => {
        bytes[at] = random(256);
      },
      random,
    ),
  // A number of the format that is as large as it can be, over what stood there.
  numbers: (module, random) =>
    changed(
      module,
      1,
      (at, bytes) => {
        bytes.set([0xff, 0xff, 0xff, 0xff, 0x0f].slice(0, Math.min(5, bytes.length - at)), at);
      },
      random,
    ),
  sections: (module, random) => {
    const sections = sectionsOf(module);
    const a = sections[random(sections.length)] ?? module;
    const rest = sections.filter((section) => section !== a);
    const place = random(rest.length + 1);
    // Left out, moved, or there twice.
    const all = [rest, rest.toSpliced(place, 0, a), sections.toSpliced(place, 0, a)][random(3)] ?? sections;
    return joined([module.slice(0, 8), ...all]);
  },
  manifest: (module, random) =>
    withManifest(module, (manifest) => {
      for (let i = 1 + random(3); i > 0; i--) lie(manifest, random);
      return toJson(manifest);
    }),
  member: (module, random) =>
    withManifest(module, (manifest) => {
      const names = Object.keys(manifest as object);
      const name = names[random(names.length)] ?? "";
      const record = manifest as Record<string, RegoValue>;
      if (random(2) === 0) delete record[name];
      else record[name] = anyLie(random);
      return toJson(record);
    }),
  noise: (_, random) =>
    Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0, ...Array.from({ length: random(200) }, () => random(256))]),
};

/** Values that no place of a manifest expects, or that only one does. */
const LIES: readonly RegoValue[] = [
  null,
  true,
  "",
  "data_changed",
  "memory",
  -1,
  0,
  1,
  4,
  8,
  1023,
  1024,
  65_528,
  65_536,
  1e9,
  4_294_967_288,
  4_294_967_295,
  4_294_967_296,
  2 ** 53,
  0.5,
  [],
  {},
  [[]],
  [0, 0],
  { bound: 0 },
  { address: 0, slots: [] },
  "\u0000",
  "x".repeat(1_000),
  [{ path: [], slot: 0, as: "value" }],
  [{ name: "crypto.sha256", arity: 9 }],
  { start: 0, end: 4_294_967_288 },
];

/** A copy, since a later lie may change it. */
function anyLie(random: Random): RegoValue {
  return structuredClone(LIES[random(LIES.length)] as RegoValue);
}

/** What a number is off by. */
const SHIFTS = [1, -1, 8, -8, 4096] as const;

function changed(
  module: Uint8Array,
  times: number,
  change: (at: number, bytes: Uint8Array) => void,
  random: Random,
): Uint8Array<ArrayBuffer> {
  const bytes = module.slice();
  for (; times > 0; times--) change(random(bytes.length), bytes);
  return bytes;
}

/** Another value somewhere in a manifest. */
function lie(manifest: RegoValue, random: Random): void {
  let place = manifest as Record<string, RegoValue>;
  for (;;) {
    const names = Object.keys(place);
    const name = names[random(names.length)];
    if (name === undefined) return;
    const member = place[name];
    if (typeof member === "object" && member !== null && Object.keys(member).length > 0 && random(4) > 0) {
      place = member as Record<string, RegoValue>;
      continue;
    }
    place[name] =
      typeof member === "number" && random(2) === 0 ? member + (SHIFTS[random(SHIFTS.length)] ?? 0) : anyLie(random);
    return;
  }
}

function sectionsOf(module: Uint8Array): Uint8Array[] {
  const sections: Uint8Array[] = [];
  for (let at = 8; at < module.length; ) {
    const [size, content] = unsigned(module, at + 1);
    sections.push(module.subarray(at, content + size));
    at = content + size;
  }
  return sections;
}

function withManifest(module: Uint8Array, rewrite: (manifest: RegoValue) => string): Uint8Array<ArrayBuffer> {
  const sections = sectionsOf(module).map((section) => {
    const text = manifestText(section);
    if (text === undefined) return section;
    const name = new TextEncoder().encode(MANIFEST_SECTION);
    const content = [...leb(name.length), ...name, ...new TextEncoder().encode(rewrite(JSON.parse(text) as RegoValue))];
    return Uint8Array.from([0, ...leb(content.length), ...content]);
  });
  return joined([module.slice(0, 8), ...sections]);
}

function manifestText(section: Uint8Array): string | undefined {
  if (section[0] !== 0) return undefined;
  const [, start] = unsigned(section, 1);
  const [length, name] = unsigned(section, start);
  const decoder = new TextDecoder();
  if (decoder.decode(section.subarray(name, name + length)) !== MANIFEST_SECTION) return undefined;
  return decoder.decode(section.subarray(name + length));
}

/** The number at a place of a good module, and the place behind it. */
function unsigned(bytes: Uint8Array, from: number): readonly [value: number, next: number] {
  let value = 0;
  for (let at = from, scale = 1; ; at++, scale *= 128) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * scale;
    if (byte < 0x80) return [value, at + 1];
  }
}

function leb(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...leb(Math.floor(value / 128))];
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
