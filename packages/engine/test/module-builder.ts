/** Small modules of the ABI, written by hand, so that the engine is tested without the compiler. */
import type { Manifest } from "@flyball/engine";
import { toJson } from "@flyball/engine/values";

/** Layout of the modules made here. */
export const FRAME = 8192;
export const DATA = 8448;
const TRACE = 8704;
export const HEAP_START = 16_384;
const ALLOW = 2048;
const OTHER = 2064;
const CONSTANT_OBJECT = 2080;
const ARGUMENTS = 9000;

type Manifesto = { -readonly [Name in keyof Manifest]: Manifest[Name] };

/** One export of a test module: its name and the bytes of its body. */
export interface TestFunction {
  readonly export: string;
  readonly body: readonly number[];
}

export interface TestModule {
  readonly manifest?: Partial<Manifesto>;
  /** Instead of the manifest. */
  readonly section?: string | Uint8Array | undefined;
  readonly functions?: readonly TestFunction[];
  readonly imports?: readonly { readonly module: string; readonly name: string }[];
  readonly memory?: { readonly min: number; readonly max?: number };
  readonly extraSections?: readonly (readonly number[])[];
  readonly exportMemory?: boolean;
}

export const leb = (value: number): number[] => {
  const bytes: number[] = [];
  let rest = value;
  do {
    const byte = rest % 128;
    rest = Math.floor(rest / 128);
    bytes.push(rest > 0 ? byte + 128 : byte);
  } while (rest > 0);
  return bytes;
};

/** Signed LEB128, for constants. */
const sleb = (value: bigint): number[] => {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const byte = Number(BigInt.asUintN(7, rest));
    rest >>= 7n;
    if ((rest === 0n && byte < 64) || (rest === -1n && byte >= 64)) return [...bytes, byte];
    bytes.push(byte + 128);
  }
};

export const i32 = (value: number): number[] => [0x41, ...sleb(BigInt(value))];
export const i64 = (value: bigint): number[] => [0x42, ...sleb(BigInt.asIntN(64, value))];
const load64 = (address: number): number[] => [...i32(address), 0x29, 3, 0];
const store64 = (address: number, value: readonly number[]): number[] => [...i32(address), ...value, 0x37, 3, 0];
export const store32 = (address: number, value: readonly number[]): number[] => [...i32(address), ...value, 0x36, 2, 0];
export const tagged = (tag: number, payload: number): bigint => (BigInt(tag) << 48n) | BigInt(payload);
const status = (value: number): number[] => [...i32(value), 0x0b];

const name = (text: string): number[] => {
  const bytes = new TextEncoder().encode(text);
  return [...leb(bytes.length), ...bytes];
};
const list = (items: readonly (readonly number[])[]): number[] => [...leb(items.length), ...items.flat()];
const section = (id: number, content: readonly number[]): number[] => [id, ...leb(content.length), ...content];

/** What an entrypoint answers: the slot as it is, or undefined where it holds the ABI's undefined. */
const echoSlot = (address: number): number[] => [
  ...store64(8, load64(address)),
  // status 1 where the tag is 0xfff9, else 0
  ...load64(address),
  ...i64(tagged(0xfff9, 0)),
  0x51,
  0x0b,
];

/** Stores the 8 bytes at an address as the first argument, calls the imported function 0, copies what it wrote to the result. */
const callHost = (from: number): number[] => [
  ...store64(ARGUMENTS, load64(from)),
  ...i32(ARGUMENTS),
  0x10,
  0,
  ...store64(8, load64(ARGUMENTS)),
  0x0b,
];

const callItself = (index: number): number[] => [0x20, 0, 0x10, index, 0x0b];

export const BODIES = {
  echo: echoSlot(FRAME),
  second: echoSlot(FRAME + 8),
  data: echoSlot(DATA),
  clock: echoSlot(56),
  allow: [...store64(8, i64(tagged(0xfffc, ALLOW))), ...status(0)],
  object: [...store64(8, i64(tagged(0xfffe, CONSTANT_OBJECT))), ...status(0)],
  conflict: [...store32(40, i32(0)), ...status(2)],
  fuel: [...store32(28, i32(0)), ...store32(40, i32(-1)), ...status(3)],
  memoryOut: [...store32(40, i32(-1)), ...status(4)],
  depth: [...store32(40, i32(-1)), ...status(5)],
  number: [...store32(40, i32(-1)), ...status(6)],
  builtin: [...store32(40, i32(-1)), ...status(7)],
  host: status(8),
  unknown: status(99),
  trap: [0x00, 0x0b],
  recurse: callItself(0),
  grow: [...i32(1), 0x40, 0, 0x1a, ...store64(8, i64(tagged(0xfffb, 1))), ...status(0)],
  corrupt: [...store64(8, i64(tagged(0xfffd, 0x7fff_fff8))), ...status(0)],
  badText: [
    ...store32(12_288, i32(4)),
    ...store32(12_296, i32(-1)),
    ...store64(8, i64(tagged(0xfffc, 12_288))),
    ...status(0),
  ],
  /** An array whose only element is itself. */
  cycle: [
    ...store32(12_288, i32(1)),
    ...store64(12_296, i64(tagged(0xfffd, 12_288))),
    ...store64(8, i64(tagged(0xfffd, 12_288))),
    ...status(0),
  ],
  fuelLeft: [...store32(28, [0x20, 0, ...i32(7), 0x6b]), ...store64(8, i64(tagged(0xfffb, 1))), ...status(0)],
  /** Succeeds as rule 1 of epoch 5. */
  rules: [
    ...store32(48, i32(5)),
    ...store32(TRACE, i32(4)),
    ...store32(TRACE + 4, i32(5)),
    ...store64(8, i64(tagged(0xfffb, 1))),
    ...status(0),
  ],
  host1: callHost(FRAME),
} as const satisfies Record<string, readonly number[]>;

const entrypoint = (symbol: string, slots: readonly number[]): Manifest["entrypoints"][number] => ({
  name: `test/${symbol}`,
  export: symbol,
  slots,
  fuel: {},
  builtins: [],
  clock: symbol === "clock",
});

export function baseManifest(functions: readonly TestFunction[]): Manifesto {
  const reads = (symbol: string): number[] =>
    ["echo", "host1"].includes(symbol) ? [0] : symbol === "second" ? [1] : [];
  return {
    version: 1,
    compiler: "test",
    digests: { sources: "sha256:00", data: "" },
    memory: { heapStart: HEAP_START, maxPages: 64 },
    frame: { address: FRAME, slots: [{ path: [], slot: 0, as: "value" }] },
    data: { address: DATA, slots: [{ path: ["roles"], slot: 0, as: "value" }] },
    strings: { ALLOW },
    otherString: OTHER,
    constants: { start: ALLOW, end: ALLOW + 256 },
    entrypoints: functions.map(({ export: symbol }) => entrypoint(symbol, reads(symbol))),
    builtins: [],
    documents: [],
    rules: [],
    sites: [{ file: "p.rego", line: 3, column: 1, message: "complete rules must not produce multiple outputs" }],
  };
}

/** The bytes of a module with the given functions; by default one that answers its whole input. */
export function buildModule(options: TestModule = {}): Uint8Array {
  const functions = options.functions ?? [{ export: "echo", body: BODIES.echo }];
  const imports = options.imports ?? [];
  const manifest = { ...baseManifest(functions), ...options.manifest };
  const { min, max = 64 } = options.memory ?? { min: 1 };
  const memory = max < 0 ? [0, ...leb(min)] : [1, ...leb(min), ...leb(max)];
  const bytes: number[] = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  bytes.push(...section(1, list([[0x60, 1, 0x7f, 1, 0x7f]])));
  if (imports.length > 0)
    bytes.push(...section(2, list(imports.map((each) => [...name(each.module), ...name(each.name), 0, 0]))));
  bytes.push(...section(3, list(functions.map(() => [0]))));
  bytes.push(...section(5, list([memory])));
  const exports = functions.map(({ export: symbol }, i) => [...name(symbol), 0, ...leb(i + imports.length)]);
  if (options.exportMemory !== false) exports.push([...name("memory"), 2, 0]);
  bytes.push(...section(7, list(exports)));
  for (const each of options.extraSections ?? []) bytes.push(...each);
  bytes.push(...section(10, list(functions.map(({ body }) => [...leb(body.length + 1), 0, ...body]))));
  bytes.push(
    ...section(
      11,
      list(staticData().map(([address, content]) => [0, ...i32(address), 0x0b, ...leb(content.length), ...content])),
    ),
  );
  if (options.section !== undefined || !("section" in options)) {
    const content = options.section ?? toJson(manifest as never);
    const body = typeof content === "string" ? new TextEncoder().encode(content) : content;
    bytes.push(...section(0, [...name("flyball.manifest"), ...body]));
  }
  return Uint8Array.from(bytes);
}

/** "ALLOW", the other string "?", and the object {"ALLOW": true}. */
function staticData(): [number, number[]][] {
  const word = (value: number): number[] => [...new Uint8Array(Uint32Array.of(value).buffer)];
  const text = (value: string): number[] => [...word(value.length), ...word(0), ...new TextEncoder().encode(value)];
  const pair = [...new Uint8Array(BigUint64Array.of(tagged(0xfffc, ALLOW), tagged(0xfffb, 1)).buffer)];
  return [
    [ALLOW, text("ALLOW")],
    [OTHER, text("?")],
    [CONSTANT_OBJECT, [...word(1), ...word(1), ...word(CONSTANT_OBJECT + 16), ...word(0), ...pair]],
  ];
}

/** Functions by the names of their bodies. */
export function functionsNamed(...names: (keyof typeof BODIES)[]): TestFunction[] {
  return names.map((each, i) => ({ export: each, body: each === "recurse" ? callItself(i) : BODIES[each] }));
}
