import { type ReadNode, SHORT_TEXT } from "@flyball/engine/abi";
import { InternalError } from "../diagnostics/internal-error.ts";

/** Names that every object inherits: they are looked up as own properties. */
const INHERITED: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

/** More constants than this are looked up in a table. */
const MOST_COMPARISONS = 4;
/** More slots than this are left to the engine where there is nothing to read. */
const MOST_UNDEFINED = 16;

interface Parts {
  readonly name: string;
  readonly tree: ReadNode;
  readonly strings: Readonly<Record<string, number>>;
  readonly comparedWith: ReadonlyMap<object, ReadonlySet<string>>;
}

/** How properties are read: through descriptors, which never run a getter; by plain gets; by gets that any shape answers equally fast. */
type Mode = "refuse" | "read" | "mixed";

/** Where the slots of a node lie. */
interface Base {
  /** Index of a slot in the f64 view, and of its lower and upper half in the u32 view, as text. */
  f64(offset: number): string;
  low(offset: number): string;
  high(offset: number): string;
  /** Its address. */
  address(offset: number): string;
  /** What is added to offsets for the engine. */
  readonly start: string;
}

const FRAME: Base = {
  f64: (offset) => String(offset / 8),
  low: (offset) => String(offset / 4),
  high: (offset) => String(offset / 4 + 1),
  address: String,
  start: "0",
};

function rowBase(row: string): Base {
  const plus = (name: string, count: number): string => (count === 0 ? name : `${name} + ${count}`);
  return {
    f64: (offset) => plus(`f${row}`, offset / 8),
    low: (offset) => plus(`w${row}`, offset / 4),
    high: (offset) => plus(`w${row}`, offset / 4 + 1),
    address: (offset) => plus(`r${row}`, offset),
    start: `r${row}`,
  };
}

/** One entrypoint: a function of what the engine lends it. */
export function writeEntrypoint(parts: Parts): string {
  const tables: string[] = [];
  const lines = (mode: Mode): readonly string[] => new BodyWriter(parts, mode, tables).write();
  const refuse = lines("refuse");
  const read = lines("read");
  const mixed = lines("mixed");
  return [
    `const ${parts.name} = (host) => {`,
    "  const { memory, trail, fill, value, constant, text, made, textThrough, other, openRows, closeRows, accessor, hole, own } = host;",
    "  const { bareArrays, isArray, getPrototypeOf, objectPrototype, descriptor, elementGetter, get, shapes } = host;",
    "  let u32 = memory.u32;",
    "  let f64 = memory.f64;",
    ...tables,
    "  const refuse = (input) => {",
    ...refuse,
    "  };",
    "  let left = shapes.interval;",
    "  let mixed = false;",
    "  const readMixed = (input) => {",
    ...mixed,
    "  };",
    "  const read = (input) => {",
    ...read,
    "  };",
    "  return { refuse, read };",
    "};",
    "",
  ].join("\n");
}

/** Writes one function body. A class for the lines, the names handed out and the indentation, which every step needs. */
class BodyWriter {
  readonly #parts: Parts;
  readonly #mode: Mode;
  /** Declarations around the functions: tables of constants. */
  readonly #tables: string[];
  readonly #lines: string[] = [];
  #indent = 2;
  #names = 0;

  constructor(parts: Parts, mode: Mode, tables: string[]) {
    this.#parts = parts;
    this.#mode = mode;
    this.#tables = tables;
  }

  write(): readonly string[] {
    const { tree } = this.#parts;
    this.#line("u32 = memory.u32;");
    this.#line("f64 = memory.f64;");
    if (this.#mode === "read") {
      this.#block("if (--left === 0) {", () => {
        this.#line("mixed = shapes.sample(input);");
        this.#line("left = shapes.interval;");
      });
      this.#block("if (mixed) {", () => {
        this.#line("readMixed(input);");
        this.#line("return;");
      });
    }
    const names = this.#mode === "refuse" ? [] : [...namesOf(tree)];
    if (names.length > 0) {
      const inherits = names.map((name) => `objectPrototype${member(name)} !== undefined`).join(" || ");
      this.#block(`if (${inherits}) {`, () => {
        this.#line("fill(0, input, 0);");
        this.#line("return;");
      });
    }
    this.#node(tree, "input", { base: FRAME, depth: 0 });
    return this.#lines;
  }

  #line(text: string): void {
    this.#lines.push(`${"  ".repeat(this.#indent)}${text}`);
  }

  #block(opening: string, body: () => void, closing = "}"): void {
    this.#line(opening);
    this.#indent++;
    body();
    this.#indent--;
    if (closing !== "") this.#line(closing);
  }

  #fresh(prefix: string): string {
    return `${prefix}${this.#names++}`;
  }

  /** What the engine writes may have made the memory grow. */
  #handOver(call: string): void {
    this.#line(call);
    this.#line("u32 = memory.u32;");
    this.#line("f64 = memory.f64;");
  }

  #node(node: ReadNode, part: string, at: Place): void {
    const { base } = at;
    if (node.offset === -1) {
      this.#members(node, part, at);
      return;
    }
    if (node.rows !== undefined) {
      this.#rows(node, part, at);
      if (node.present !== -1) throw new InternalError("rows have a slot that tells of their presence");
      return;
    }
    this.#presence(node, part, base);
    if (node.form === "constant") this.#constant(node, part, base);
    else this.#value(node, part, base);
  }

  #presence(node: ReadNode, part: string, base: Base): void {
    if (node.present === -1) return;
    this.#line(`u32[${base.low(node.present)}] = ${part} === undefined ? 0 : 1;`);
    this.#line(`u32[${base.high(node.present)}] = ${part} === undefined ? UNDEFINED : BOOLEAN;`);
  }

  #undefined(offset: number, base: Base): void {
    this.#line(`u32[${base.low(offset)}] = 0;`);
    this.#line(`u32[${base.high(offset)}] = UNDEFINED;`);
  }

  #value(node: ReadNode, part: string, base: Base): void {
    this.#numberCase("if", node, part, base);
    this.#block(
      `} else if (typeof ${part} === "string") {`,
      () => {
        const address = this.#fresh("t");
        this.#handOver(`const ${address} = text(${part}, ${node.id});`);
        this.#line(`u32[${base.low(node.offset)}] = ${address};`);
        this.#line(`u32[${base.high(node.offset)}] = STRING;`);
      },
      "",
    );
    this.#otherCases(node, part, base);
  }

  #constant(node: ReadNode, part: string, base: Base): void {
    const compared = [...(this.#parts.comparedWith.get(node.slot ?? node) ?? [])];
    const through = node.slot?.through;
    this.#block(
      `if (typeof ${part} === "string") {`,
      () => {
        if (through === undefined) {
          this.#line(`u32[${base.low(node.offset)}] = ${this.#address(part, compared, node)};`);
        } else {
          const address = this.#fresh("t");
          this.#line(`let ${address} = ${part}.length > ${SHORT_TEXT} ? undefined : made.${through}.get(${part});`);
          this.#block(`if (${address} === undefined) {`, () =>
            this.#handOver(`${address} = textThrough(${part}, ${JSON.stringify(through)}, ${node.id});`),
          );
          this.#line(`u32[${base.low(node.offset)}] = ${address};`);
        }
        this.#line(`u32[${base.high(node.offset)}] = STRING;`);
      },
      "",
    );
    this.#numberCase("} else if", node, part, base);
    this.#otherCases(node, part, base);
  }

  /** The address of the constant that a text is, or of the one that stands for all others. */
  #address(part: string, compared: readonly string[], node: ReadNode): string {
    const { strings } = this.#parts;
    const known = compared.filter((text) => Object.hasOwn(strings, text));
    const otherwise = `other(${part}, ${node.id})`;
    if (known.length <= MOST_COMPARISONS) {
      return [...known.map((text) => `${part} === ${JSON.stringify(text)} ? ${strings[text]} : `), otherwise].join("");
    }
    const table = `table${this.#tables.length}`;
    const entries = known.map((text) => `[${JSON.stringify(text)}, ${strings[text]}]`).join(", ");
    const longest = Math.max(...known.map((text) => text.length));
    this.#tables.push(`  const ${table} = new Map([${entries}]);`);
    return `(${part}.length > ${longest} ? undefined : ${table}.get(${part})) ?? ${otherwise}`;
  }

  #numberCase(opening: string, node: ReadNode, part: string, base: Base): void {
    this.#block(
      `${opening} (typeof ${part} === "number" && ((${part} | 0) === ${part} || isCents(${part}))) {`,
      () => this.#line(`f64[${base.f64(node.offset)}] = ${part} + 0;`),
      "",
    );
  }

  #otherCases(node: ReadNode, part: string, base: Base): void {
    this.#block(`} else if (${part} === undefined) {`, () => this.#undefined(node.offset, base), "");
    this.#block(
      `} else if (${part} === true || ${part} === false) {`,
      () => {
        this.#line(`u32[${base.low(node.offset)}] = ${part} ? 1 : 0;`);
        this.#line(`u32[${base.high(node.offset)}] = BOOLEAN;`);
      },
      "",
    );
    const write = node.form === "constant" ? "constant" : "value";
    this.#block("} else {", () => this.#handOver(`${write}(${base.address(node.offset)}, ${part}, ${node.id});`));
  }

  /** A part of which only members are read. */
  #members(node: ReadNode, part: string, at: Place): void {
    const { base } = at;
    const below = node.slots.filter((slot) => slot !== node.present);
    const named = node.children.every(({ step }) => typeof step === "string");
    if (!named) {
      this.#handOver(`fill(${node.id}, ${part}, ${base.start});`);
      return;
    }
    const prototype = this.#fresh("p");
    const isObject = `typeof ${part} === "object" && ${part} !== null`;
    this.#line(`const ${prototype} = ${isObject} ? getPrototypeOf(${part}) : undefined;`);
    this.#block(
      `if ((${prototype} === objectPrototype || ${prototype} === null) && !isArray(${part})) {`,
      () => {
        this.#presence(node, part, base);
        for (const child of node.children) {
          const name = this.#fresh("v");
          this.#property(child, part, name);
          this.#node(child, name, at);
        }
      },
      "",
    );
    if (part !== "input" && below.length <= MOST_UNDEFINED) {
      this.#block(
        `} else if (${part} === undefined) {`,
        () => {
          this.#presence(node, part, base);
          for (const slot of below) this.#undefined(slot, base);
        },
        "",
      );
    }
    this.#block("} else {", () => this.#handOver(`fill(${node.id}, ${part}, ${base.start});`));
  }

  /** An own enumerable data property of a plain object; `undefined` where there is none. */
  #property(child: ReadNode, record: string, name: string): void {
    const key = String(child.step);
    if (this.#mode !== "refuse") {
      const plain = this.#mode === "read" ? `${record}${member(key)}` : `get(${record}, ${JSON.stringify(key)})`;
      this.#line(`const ${name} = ${INHERITED.has(key) ? `own(${record}, ${JSON.stringify(key)})` : plain};`);
      return;
    }
    const found = this.#fresh("d");
    this.#line(`const ${found} = descriptor(${record}, ${JSON.stringify(key)});`);
    this.#line(`let ${name};`);
    this.#block(`if (${found} !== undefined) {`, () => {
      this.#line(`if (${found}.get !== undefined || ${found}.set !== undefined) accessor(${child.id});`);
      this.#line(`if (${found}.enumerable === true) ${name} = ${found}.value;`);
    });
  }

  /** Arrays row by row; other collections, and what is none, by the engine. */
  #rows(node: ReadNode, part: string, { base, depth }: Place): void {
    const { rows } = node;
    if (rows === undefined) throw new InternalError("a node without rows");
    const id = this.#fresh("");
    const [count, start, index, element] = [`n${id}`, `a${id}`, `i${id}`, `e${id}`];
    this.#line(`const ${count} = isArray(${part}) && bareArrays() ? ${part}.length : -1;`);
    this.#block(
      // A proxy may answer anything.
      `if (${count} >>> 0 === ${count}) {`,
      () => {
        this.#handOver(`const ${start} = openRows(${count}, ${rows.stride}, ${node.id});`);
        const row = { base: rowBase(id), depth: depth + 1 };
        this.#block(
          `for (let ${index} = 0, r${id} = ${start} + 8; ${index} < ${count}; ${index}++, r${id} += ${rows.stride}) {`,
          () => {
            this.#line(`trail[${depth}] = ${index};`);
            if (this.#mode === "refuse") {
              this.#line(`if (elementGetter(${part}, ${index}) !== undefined) accessor(${rows.element.id});`);
            }
            this.#line(`const ${element} = ${part}[${index}];`);
            this.#line(`if (${element} === undefined) hole(${rows.element.id});`);
            this.#line(`const f${id} = r${id} >>> 3;`);
            this.#line(`const w${id} = r${id} >>> 2;`);
            if (rows.key !== -1) this.#line(`f64[${row.base.f64(rows.key)}] = ${index};`);
            this.#node(rows.element, element, row);
          },
        );
        this.#handOver(`closeRows(${base.address(node.offset)}, ${start});`);
      },
      "",
    );
    this.#block("} else {", () => this.#handOver(`fill(${node.id}, ${part}, ${base.start});`));
  }
}

/** Where a node's slots lie, and in how many rows it stands. */
interface Place {
  readonly base: Base;
  readonly depth: number;
}

/** Names of members that are read by plain gets. */
function namesOf(node: ReadNode): Set<string> {
  const names = new Set<string>();
  const visit = (at: ReadNode): void => {
    if (at.rows !== undefined) visit(at.rows.element);
    for (const child of at.children) {
      if (typeof child.step === "string" && !INHERITED.has(child.step)) names.add(child.step);
      visit(child);
    }
  };
  visit(node);
  return names;
}

function member(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
}
