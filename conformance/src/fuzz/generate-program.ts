import type { Random } from "./random.ts";

/** What expressions of a program can be. Functions take and give numbers. */
type Type = "number" | "string" | "boolean" | "numbers" | "strings" | "set" | "object";

/** Constructs whose share is reported. */
export type Feature =
  | "with"
  | "negation"
  | "comprehension"
  | "function"
  | "partial-object"
  | "else"
  | "every"
  | "default";

export interface Program {
  readonly text: string;
  readonly features: ReadonlySet<Feature>;
}

interface Rule {
  readonly name: string;
  readonly type: Type;
}

/** Names in sight with their types. */
interface Sight {
  readonly variables: readonly Rule[];
  readonly rules: readonly Rule[];
  readonly functions: readonly string[];
}

const TYPES: readonly [Type, ...Type[]] = [
  "number",
  "number",
  "string",
  "boolean",
  "numbers",
  "strings",
  "set",
  "object",
];

/** A random, well-typed module `package fuzz`. Later rules use earlier ones, so nothing is recursive; nearly all of them are defined for some input. */
export function generateProgram(random: Random): Program {
  return new Generator(random).program();
}

class Generator {
  readonly #random: Random;
  readonly #features = new Set<Feature>();
  #names = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  program(): Program {
    const lines: string[] = ["package fuzz"];
    let sight: Sight = { variables: [], rules: [], functions: [] };
    const count = 3 + this.#random.below(5);
    for (let index = 0; index < count; index++) {
      const kind = this.#random.pick(["complete", "complete", "function", "set", "object", "boolean", "else"] as const);
      const name = `${kind.charAt(0)}${index}`;
      lines.push(...this.#rule(kind, name, sight));
      if (kind === "function") sight = { ...sight, functions: [...sight.functions, name] };
      else sight = { ...sight, rules: [...sight.rules, { name, type: this.#lastType }] };
    }
    return { text: `${lines.join("\n\n")}\n`, features: this.#features };
  }

  #lastType: Type = "number";

  #rule(
    kind: "complete" | "function" | "set" | "object" | "boolean" | "else",
    name: string,
    sight: Sight,
  ): readonly string[] {
    const random = this.#random;
    switch (kind) {
      case "complete": {
        const type = random.pick(TYPES);
        this.#lastType = type;
        const body = this.#body(sight, 1 + random.below(2));
        const rule = `${name} := ${this.#expression(type, body.sight, 2)} if {\n${body.text}\n}`;
        return random.chance(0.4) ? [this.#default(name, type), rule] : [rule];
      }
      case "boolean": {
        this.#lastType = "boolean";
        const rule = `${name} if {\n${this.#body(sight, 1 + random.below(3)).text}\n}`;
        return random.chance(0.5) ? [this.#default(name, "boolean"), rule] : [rule];
      }
      case "else": {
        this.#features.add("else");
        const type = random.pick(TYPES);
        this.#lastType = type;
        const first = this.#body(sight, 1);
        const second = this.#body(sight, 1);
        const last = random.chance(0.6) ? ` else := ${this.#constant(type)}` : "";
        return [
          `${name} := ${this.#expression(type, first.sight, 1)} if {\n${first.text}\n} else := ${this.#expression(type, second.sight, 1)} if {\n${second.text}\n}${last}`,
        ];
      }
      case "function": {
        this.#features.add("function");
        const inner: Sight = { ...sight, variables: [{ name: "arg", type: "number" }] };
        const body = this.#body(inner, 1);
        const rule = `${name}(arg) := ${this.#expression("number", body.sight, 2)} if {\n${body.text}\n}`;
        if (!random.chance(0.3)) return [rule];
        this.#features.add("default");
        return [`default ${name}(_) := ${random.below(9)}`, rule];
      }
      case "set": {
        this.#lastType = "set";
        const rules = Array.from({ length: 1 + random.below(2) }, () => {
          const body = this.#body(sight, 1 + random.below(2));
          return `${name} contains ${this.#expression("number", body.sight, 1)} if {\n${body.text}\n}`;
        });
        return rules;
      }
      case "object": {
        this.#features.add("partial-object");
        this.#lastType = "object";
        const body = this.#body(sight, 1 + random.below(2));
        return [
          `${name}[key] := ${this.#expression("number", body.sight, 1)} if {\n${body.text}\n\tkey := ${this.#expression("string", body.sight, 1)}\n}`,
        ];
      }
    }
  }

  #default(name: string, type: Type): string {
    this.#features.add("default");
    return `default ${name} := ${this.#constant(type)}`;
  }

  #body(sight: Sight, statements: number): { readonly text: string; readonly sight: Sight } {
    const lines: string[] = [];
    let current = sight;
    for (let index = 0; index < statements; index++) {
      const made = this.#statement(current);
      lines.push(`\t${made.text}`);
      current = made.sight;
    }
    return { text: lines.join("\n"), sight: current };
  }

  #statement(sight: Sight): { readonly text: string; readonly sight: Sight } {
    const random = this.#random;
    const bind = (type: Type): { readonly name: string; readonly sight: Sight } => {
      const name = `var${this.#names++}`;
      return { name, sight: { ...sight, variables: [...sight.variables, { name, type }] } };
    };
    switch (random.below(9)) {
      case 0:
      case 1:
        return { text: this.#condition(sight), sight };
      case 2: {
        const type = random.pick(TYPES);
        const bound = bind(type);
        return { text: `${bound.name} := ${this.#expression(type, sight, 2)}`, sight: bound.sight };
      }
      case 3: {
        const bound = bind("number");
        return {
          text: `some ${bound.name} in ${this.#expression(random.pick(["numbers", "set"]), sight, 1)}`,
          sight: bound.sight,
        };
      }
      case 4: {
        const bound = bind("number");
        const field = `i${this.#names++}`;
        const tail = random.chance(0.5)
          ? `${bound.name} := ${field}.amount`
          : `${field}.amount > ${random.below(10)}\n\t${bound.name} := count(${field}.tags)`;
        return { text: `some ${field} in input.items\n\t${tail}`, sight: bound.sight };
      }
      case 5:
        this.#features.add("negation");
        return { text: `not ${this.#negatable(sight)}`, sight };
      case 6: {
        if (sight.rules.length === 0) return { text: this.#condition(sight), sight };
        this.#features.add("with");
        const [first, ...others] = sight.rules;
        const rule = random.pick([first as Rule, ...others]);
        const bound = bind(rule.type);
        return { text: `${bound.name} := ${rule.name} with ${this.#replacement(sight)}`, sight: bound.sight };
      }
      case 7: {
        this.#features.add("every");
        const name = `each${this.#names++}`;
        const inner: Sight = { ...sight, variables: [...sight.variables, { name, type: "number" }] };
        return {
          text: `every ${name} in ${this.#expression("numbers", sight, 1)} { ${name} ${random.pick([">", "<", "!="])} ${this.#expression("number", inner, 1)} }`,
          sight,
        };
      }
      default: {
        const bound = bind("number");
        return { text: `${bound.name} := input.xs[_]`, sight: bound.sight };
      }
    }
  }

  #replacement(sight: Sight): string {
    const random = this.#random;
    switch (random.below(4)) {
      case 0:
        return `input.n as ${this.#expression("number", sight, 1)}`;
      case 1:
        return `input as {"n": ${random.below(9)}, "s": "a", "xs": [1, 2], "o": {"a": 1}}`;
      case 2:
        return `input.o.a as ${random.below(9)}`;
      default:
        return sight.functions.length > 0
          ? `${sight.functions[0]} as ${random.below(99)}`
          : `input.xs as [${random.below(9)}, 3]`;
    }
  }

  #condition(sight: Sight): string {
    const random = this.#random;
    switch (random.below(7)) {
      case 0:
      case 1:
        return `${this.#expression("number", sight, 1)} ${random.pick([">", "<", ">=", "<=", "==", "!="])} ${this.#expression("number", sight, 1)}`;
      case 2:
        return `${this.#expression("string", sight, 1)} ${random.pick(["==", "!=", "<"])} ${this.#expression("string", sight, 1)}`;
      case 3:
        return `${this.#expression("number", sight, 1)} in ${this.#expression(random.pick(["numbers", "set"]), sight, 1)}`;
      case 4:
        return `startswith(${this.#expression("string", sight, 1)}, ${this.#expression("string", sight, 0)})`;
      case 5:
        return this.#expression("boolean", sight, 1);
      default:
        return `${this.#expression("string", sight, 1)} in ${this.#expression("strings", sight, 1)}`;
    }
  }

  /** OPA 1.22 takes `not true` for true in front of a value that is no constant; earlier ones do not. Such a line says nothing about a policy. */
  #negatable(sight: Sight): string {
    const condition = this.#condition(sight);
    return condition === "true" || condition === "false" ? "input.b" : condition;
  }

  #expression(type: Type, sight: Sight, depth: number): string {
    const known = [...sight.variables, ...sight.rules].filter((rule) => rule.type === type);
    const [first, ...others] = known;
    if (first !== undefined && this.#random.chance(0.45)) return this.#random.pick([first, ...others]).name;
    if (depth === 0 || this.#random.chance(0.25))
      return this.#random.chance(0.5) ? this.#constant(type) : this.#inputOf(type);
    return this.#compound(type, sight, depth - 1);
  }

  #inputOf(type: Type): string {
    const random = this.#random;
    switch (type) {
      case "number":
        return random.pick(["input.n", "input.m", "input.o.a", "input.xs[0]", "input.items[0].amount"]);
      case "string":
        return random.pick(["input.s", "input.t", "input.items[0].id"]);
      case "boolean":
        return "input.b";
      case "numbers":
        return "input.xs";
      case "strings":
        return "input.ss";
      case "set":
        return "{x | some x in input.xs}";
      case "object":
        return "input.o";
    }
  }

  #constant(type: Type): string {
    const random = this.#random;
    switch (type) {
      case "number":
        return random.pick(["0", "1", "2", "10", "0.5", "100", "3.25"]);
      case "string":
        return random.pick(['"a"', '"b"', '""', '"Ab"', '"x"']);
      case "boolean":
        return random.pick(["true", "false"]);
      case "numbers":
        return random.pick(["[]", "[1, 2, 3]", "[0.5, 10]"]);
      case "strings":
        return random.pick(["[]", '["a", "b"]', '["xyz"]']);
      case "set":
        return random.pick(["set()", "{1, 2}", "{10, 0.5}"]);
      case "object":
        return random.pick(["{}", '{"a": 1}', '{"a": 2, "k": 3}']);
    }
  }

  #compound(type: Type, sight: Sight, depth: number): string {
    const random = this.#random;
    const number = () => this.#expression("number", sight, depth);
    const text = () => this.#expression("string", sight, depth);
    switch (type) {
      case "number":
        switch (random.below(7)) {
          case 0:
            return `(${number()} ${random.pick(["+", "-", "*"])} ${number()})`;
          case 1:
            return `count(${this.#expression(random.pick(["numbers", "strings", "set", "object", "string"]), sight, depth)})`;
          case 2:
            return `sum(${this.#expression(random.pick(["numbers", "set"]), sight, depth)})`;
          case 3:
            return `${random.pick(["abs", "round", "ceil", "floor"])}(${number()})`;
          case 4: {
            const [first, ...others] = sight.functions;
            return first === undefined ? `(${number()} / 4)` : `${random.pick([first, ...others])}(${number()})`;
          }
          case 5:
            return `object.get(${this.#expression("object", sight, depth)}, ${text()}, ${number()})`;
          default:
            return `${random.pick(["max", "min"])}(${this.#expression("numbers", sight, depth)})`;
        }
      case "string":
        return random.pick([
          `upper(${text()})`,
          `lower(${text()})`,
          `concat("-", ${this.#expression("strings", sight, depth)})`,
          `sprintf("%v:%s", [${number()}, ${text()}])`,
          `substring(${text()}, 0, 1)`,
          `trim(${text()}, "a")`,
        ]);
      case "boolean":
        return random.pick([`(${number()} > ${number()})`, `contains(${text()}, ${text()})`, `is_number(${number()})`]);
      case "numbers":
        return random.chance(0.6)
          ? this.#comprehension("[", "]", sight, depth)
          : `array.concat(${this.#expression("numbers", sight, depth)}, [${number()}])`;
      case "strings":
        this.#features.add("comprehension");
        return random.pick([
          `split(${text()}, ",")`,
          `[k | some k, _ in ${this.#expression("object", sight, depth)}]`,
          `[i.id | some i in input.items; i.amount > ${random.below(5)}]`,
        ]);
      case "set":
        return random.chance(0.5)
          ? this.#comprehension("{", "}", sight, depth)
          : `(${this.#expression("set", sight, depth)} ${random.pick(["|", "&", "-"])} ${this.#expression("set", sight, depth)})`;
      case "object":
        this.#features.add("comprehension");
        return random.pick([
          `{"a": ${number()}, "c": ${number()}}`,
          `{k: v | some k, v in ${this.#expression("object", sight, depth)}; v > ${random.below(5)}}`,
          `object.union(${this.#expression("object", sight, depth)}, {"b": ${number()}})`,
        ]);
    }
  }

  #comprehension(open: string, close: string, sight: Sight, depth: number): string {
    this.#features.add("comprehension");
    const name = `c${this.#names++}`;
    const inner: Sight = { ...sight, variables: [...sight.variables, { name, type: "number" }] };
    const guard = this.#random.chance(0.5) ? `; ${this.#condition(inner)}` : "";
    const result = `r${this.#names++}`;
    return `${open}${result} | some ${name} in ${this.#expression("numbers", sight, depth)}${guard}; ${result} := ${this.#expression("number", inner, depth)}${close}`;
  }
}
