import { type Draft, type Named, type Sight, type Type, withVariable } from "./generated-program.ts";

/** An expression of a type, out of what is in sight. `depth`: how many operations inside one another at most. */
export function expression(draft: Draft, { type, sight, depth }: Wanted): string {
  const { random } = draft;
  const known = [...sight.variables, ...sight.rules].filter((each) => each.type === type);
  const [first, ...others] = known;
  if (first !== undefined && random.chance(0.45)) return random.pick([first, ...others]).name;
  if (depth === 0 || random.chance(0.25)) return random.chance(0.5) ? constant(draft, type) : documentOf(draft, type);
  return compound(draft, { type, sight, depth: depth - 1 });
}

export interface Wanted {
  readonly type: Type;
  readonly sight: Sight;
  readonly depth: number;
}

/** Something of a type to look into, with a key that is no constant: OPA's type checker knows the keys of many terms. */
function collection(draft: Draft, { type, sight }: Omit<Wanted, "depth">): string {
  const known = [...sight.variables, ...sight.rules].filter((each) => each.type === type);
  const [first, ...others] = known;
  return first !== undefined && draft.random.chance(0.5)
    ? draft.random.pick([first, ...others]).name
    : documentOf(draft, type);
}

/** Something that is true or not, as a statement of its own. */
export function condition(draft: Draft, sight: Sight): string {
  const { random } = draft;
  const of = (type: Type, depth = 1) => expression(draft, { type, sight, depth });
  switch (random.below(10)) {
    case 0:
    case 1:
      return `${of("number")} ${random.pick([">", "<", ">=", "<=", "==", "!="])} ${of("number")}`;
    case 2:
      return `${of("string")} ${random.pick(["==", "!=", "<"])} ${of("string")}`;
    case 3:
      return `${of("number")} in ${of(random.pick(["numbers", "set", "object"]))}`;
    case 4:
      return `startswith(${of("string")}, ${of("string", 0)})`;
    case 5:
      return of("boolean");
    case 6:
      return `${of("string")}, ${of("number")} in ${of("object")}`;
    case 7:
      return `${collection(draft, { type: random.pick(["object", "nested"]), sight })}[${documentOf(draft, "string")}]`;
    case 8: {
      const type = random.pick(["numbers", "strings", "set", "object", "nested"] as const);
      return `${collection(draft, { type, sight })} ${random.pick(["==", "!="])} ${of(type)}`;
    }
    default:
      return `${of("string")} in ${of("strings")}`;
  }
}

/** Input or a base document. Members of both are missing now and then. */
function documentOf(draft: Draft, type: Type): string {
  const { random } = draft;
  const base = random.chance(0.3);
  if (base) draft.features.add("base-data");
  switch (type) {
    case "number":
      return base
        ? random.pick(["data.limits.a", "data.limits[input.s]", "data.fuzz.base.n", "data.roles.a.level"])
        : random.pick(["input.n", "input.m", "input.o.a", "input.xs[0]", "input.items[0].amount", 'input["n"]']);
    case "string":
      return base
        ? random.pick(["data.names[0]", "data.fuzz.base.s"])
        : random.pick(["input.s", "input.t", "input.items[0].id"]);
    case "boolean":
      return base ? "data.fuzz.base.on" : "input.b";
    case "numbers":
      return base ? "data.fuzz.base.xs" : "input.xs";
    case "strings":
      return base ? "data.names" : "input.ss";
    case "set":
      return `{x | some x in ${base ? "data.fuzz.base.xs" : "input.xs"}}`;
    case "object":
      return base ? random.pick(["data.limits", "data.roles.a"]) : "input.o";
    case "nested":
      return base ? "data.roles" : "input.groups";
  }
}

export function constant({ random }: Draft, type: Type): string {
  switch (type) {
    case "number":
      return random.pick(["0", "1", "2", "10", "0.5", "100", "3.25", "-1"]);
    case "string":
      return random.pick(['"a"', '"b"', '""', '"Ab"', '"x"', '"k"', "`a\\b`"]);
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
    case "nested":
      return random.pick(["{}", '{"a": {"b": 1}}', '{"a": {"a": 2}, "k": {}}']);
  }
}

function compound(draft: Draft, wanted: Wanted): string {
  const { random } = draft;
  const of = (type: Type): string => expression(draft, { ...wanted, type });
  switch (wanted.type) {
    case "number":
      return numberOf(draft, wanted);
    case "string":
      return stringOf(draft, wanted);
    case "boolean":
      return random.pick<() => string>([
        () => `(${of("number")} > ${of("number")})`,
        () => `contains(${of("string")}, ${of("string")})`,
        () => `is_number(${of("number")})`,
        () => `endswith(${of("string")}, ${of("string")})`,
        () => `regex.match("^[a-k]+$", ${of("string")})`,
        () => `(${of("string")} in ${of("strings")})`,
        () => `(${collection(draft, { ...wanted, type: "set" })} == ${of("set")})`,
        () => `object.subset(${of("object")}, ${of("object")})`,
      ])();
    case "numbers":
      return random.pick<() => string>([
        () => comprehension(draft, { ...wanted, brackets: ["[", "]"] }),
        () => comprehension(draft, { ...wanted, brackets: ["[", "]"] }),
        () => `array.concat(${of("numbers")}, [${of("number")}])`,
        () => `array.slice(${of("numbers")}, ${random.below(3)}, ${random.below(4)})`,
        () => `array.reverse(${of("numbers")})`,
        () => `sort(${of(random.pick(["numbers", "set"]))})`,
        () => `numbers.range(${random.below(4)}, ${random.below(4)})`,
      ])();
    case "strings":
      return stringsOf(draft, wanted);
    case "set":
      return random.pick<() => string>([
        () => comprehension(draft, { ...wanted, brackets: ["{", "}"] }),
        () => `(${of("set")} ${random.pick(["|", "&", "-"])} ${of("set")})`,
        () => `union({${of("set")}, ${of("set")}})`,
      ])();
    case "object":
      return objectOf(draft, wanted);
    case "nested":
      draft.features.add("comprehension");
      return random.pick<() => string>([
        () => `{"a": ${of("object")}, ${constant(draft, "string")}: ${of("object")}}`,
        () => `{sprintf("%v%d", [i.id, n]): {"n": i.amount} | some n, i in input.items; i.amount > ${random.below(5)}}`,
        () => `object.union(${of("nested")}, {"b": ${of("object")}})`,
      ])();
  }
}

function numberOf(draft: Draft, wanted: Wanted): string {
  const { random } = draft;
  const of = (type: Type): string => expression(draft, { ...wanted, type });
  return random.pick<() => string>([
    () => `(${of("number")} ${random.pick(["+", "-", "*"])} ${of("number")})`,
    () => `count(${of(random.pick(["numbers", "strings", "set", "object", "string", "nested"]))})`,
    () => `sum(${of(random.pick(["numbers", "set"]))})`,
    () => `${random.pick(["abs", "round"])}(${of("number")})`,
    // OPA 1.22 rounds -0.25 up to 1 and down to 0.
    () => `${random.pick(["ceil", "floor"])}(abs(${of("number")}))`,
    () => call(draft, wanted),
    () => call(draft, wanted),
    () => `object.get(${of("object")}, ${of("string")}, ${of("number")})`,
    () => `object.get(${of("nested")}, [${of("string")}, "a"], ${of("number")})`,
    () => `${random.pick(["max", "min"])}(${of("numbers")})`,
    () => `indexof(${of("string")}, ${of("string")})`,
    () => `(${of("number")} % ${1 + random.below(7)})`,
    () => `${collection(draft, { ...wanted, type: "object" })}[${documentOf(draft, "string")}]`,
    () =>
      `${collection(draft, { ...wanted, type: "nested" })}[${documentOf(draft, "string")}][${documentOf(draft, "string")}]`,
  ])();
}

function call(draft: Draft, wanted: Wanted): string {
  const [first, ...others] = wanted.sight.functions;
  const number = () => expression(draft, { ...wanted, type: "number" });
  if (first === undefined) return `(${number()} / 4)`;
  const { name, parameters } = draft.random.pick([first, ...others]);
  return `${name}(${parameters === 1 ? number() : `${number()}, ${number()}`})`;
}

function stringOf(draft: Draft, wanted: Wanted): string {
  const { random } = draft;
  const of = (type: Type): string => expression(draft, { ...wanted, type });
  return random.pick<() => string>([
    () => `${random.pick(["upper", "lower", "trim_space", "strings.reverse"])}(${of("string")})`,
    () => `concat("-", ${of("strings")})`,
    () => `sprintf("%v:%s", [${of("number")}, ${of("string")}])`,
    () => `sprintf("%v", [${of(random.pick(["numbers", "set", "object", "strings", "boolean"]))}])`,
    () => `substring(${of("string")}, ${random.below(2)}, ${random.pick(["1", "-1", "2"])})`,
    () => `${random.pick(["trim", "trim_left", "trim_right", "trim_prefix", "trim_suffix"])}(${of("string")}, "a")`,
    () => `replace(${of("string")}, "a", ${of("string")})`,
    () => `json.marshal(${of(random.pick(["numbers", "object", "strings", "set"]))})`,
    () => `base64.encode(${of("string")})`,
    () => `format_int(${of("number")}, ${random.pick([2, 8, 10, 16])})`,
    () =>
      `$"<{${expression(draft, { ...wanted, sight: local(wanted.sight), type: random.pick(["number", "string", "strings", "boolean"]) })}}>"`,
    () => `${collection(draft, { ...wanted, type: "strings" })}[${random.below(2)}]`,
  ])();
}

/** Without what is imported: OPA 1.22 does not find imports in templates that are operands of a reference. */
function local(sight: Sight): Sight {
  return {
    ...sight,
    rules: sight.rules.filter(({ name }) => !name.includes(".")),
    functions: sight.functions.filter(({ name }) => !name.includes(".")),
  };
}

function stringsOf(draft: Draft, wanted: Wanted): string {
  const { random } = draft;
  const of = (type: Type): string => expression(draft, { ...wanted, type });
  draft.features.add("comprehension");
  return random.pick<() => string>([
    () => `split(${of("string")}, ",")`,
    () => `[k | some k, _ in ${of(random.pick(["object", "nested"]))}]`,
    () => `[i.id | some i in input.items; i.amount > ${random.below(5)}]`,
    () => `[upper(s) | some s in ${of("strings")}]`,
    () => `[s | some s in object.keys(${of("object")})]`,
    () => `sort(${of("strings")})`,
    () => `regex.split("[,b]", ${of("string")})`,
  ])();
}

function objectOf(draft: Draft, wanted: Wanted): string {
  const { random } = draft;
  const of = (type: Type): string => expression(draft, { ...wanted, type });
  draft.features.add("comprehension");
  return random.pick<() => string>([
    () => `{"a": ${of("number")}, "c": ${of("number")}}`,
    () => `{${of("string")}: ${of("number")}}`,
    () => `{k: v | some k, v in ${of("object")}; v > ${random.below(5)}}`,
    () => `object.union(${of("object")}, {"b": ${of("number")}})`,
    () => `object.remove(${of("object")}, ["a"])`,
    () => `object.filter(${of("object")}, ${of("strings")})`,
    () => `${collection(draft, { ...wanted, type: "nested" })}[${documentOf(draft, "string")}]`,
    () => `{sprintf("%v%d", [i.id, n]): count(i.tags) | some n, i in input.items}`,
  ])();
}

function comprehension(
  draft: Draft,
  { sight, depth, brackets }: Wanted & { readonly brackets: readonly [string, string] },
): string {
  draft.features.add("comprehension");
  const name = draft.fresh("c");
  const inner = withVariable(sight, { name, type: "number" } satisfies Named);
  const guard = draft.random.chance(0.5) ? `; ${condition(draft, inner)}` : "";
  const source = draft.random.pick(["input.xs", "input.items[_].amount", "data.fuzz.base.xs"]);
  const from = source.includes("_") ? `${name} := ${source}` : `some ${name} in ${source}`;
  const head = expression(draft, { type: "number", sight: inner, depth: Math.min(depth, 1) });
  return `${brackets[0]}${head} | ${from}${guard}${brackets[1]}`;
}
