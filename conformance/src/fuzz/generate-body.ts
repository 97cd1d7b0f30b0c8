import { condition, constant, expression } from "./generate-expression.ts";
import { anyType, type Draft, type Named, type Sight, type Type, withVariable } from "./generated-program.ts";

export interface Body {
  /** Lines with a tab in front. */
  readonly text: string;
  readonly sight: Sight;
}

export interface BodyWanted {
  readonly sight: Sight;
  readonly statements: number;
  /** No statement has more than one solution. */
  readonly single?: boolean;
}

/** Statements one after the other, each in sight of what those before it bind. */
export function body(draft: Draft, { sight, statements, single = false }: BodyWanted): Body {
  const lines: string[] = [];
  let current = sight;
  for (let index = 0; index < statements; index++) {
    const made = single ? singleStatement(draft, current) : statement(draft, current);
    lines.push(...made.text.split("\n").map((line) => `\t${line}`));
    current = made.sight;
  }
  return { text: lines.join("\n"), sight: current };
}

function statement(draft: Draft, sight: Sight): Body {
  const { random } = draft;
  return random.chance(0.6)
    ? singleStatement(draft, sight)
    : random.pick([iteration, iteration, patternIteration, walkStatement])(draft, sight);
}

function singleStatement(draft: Draft, sight: Sight): Body {
  const { random } = draft;
  return random.pick([
    () => ({ text: condition(draft, sight), sight }),
    () => ({ text: condition(draft, sight), sight }),
    () => assignment(draft, sight),
    () => assignment(draft, sight),
    () => pattern(draft, sight),
    () => negation(draft, sight),
    () => withStatement(draft, sight),
    () => withStatement(draft, sight),
    () => everyStatement(draft, sight),
  ])();
}

function bind(draft: Draft, sight: Sight, type: Type): { readonly name: string; readonly sight: Sight } {
  const named: Named = { name: draft.fresh("var"), type };
  return { name: named.name, sight: withVariable(sight, named) };
}

function assignment(draft: Draft, sight: Sight): Body {
  const type = anyType(draft);
  const bound = bind(draft, sight, type);
  return {
    text: `${bound.name} ${draft.random.chance(0.85) ? ":=" : "="} ${expression(draft, { type, sight, depth: 2 })}`,
    sight: bound.sight,
  };
}

function iteration(draft: Draft, sight: Sight): Body {
  const { random } = draft;
  const of = (type: Type) => expression(draft, { type, sight, depth: 1 });
  const value = bind(draft, sight, "number");
  const field = draft.fresh("i");
  const key = draft.fresh("k");
  const keyed = (type: Type): Sight => withVariable(value.sight, { name: key, type });
  return random.pick([
    () => ({ text: `some ${value.name} in ${of(random.pick(["numbers", "set", "object"]))}`, sight: value.sight }),
    () => ({ text: `some ${key}, ${value.name} in ${of("object")}`, sight: keyed("string") }),
    () => ({ text: `some ${key}, ${value.name} in ${of("numbers")}`, sight: keyed("number") }),
    () => ({ text: `${value.name} := input.xs[_]`, sight: value.sight }),
    () => ({ text: `${value.name} := input.items[_].amount`, sight: value.sight }),
    () => ({ text: `some ${key}\n${value.name} := input.o[${key}]`, sight: keyed("string") }),
    () => ({ text: `some ${key}\n${value.name} := data.limits[${key}]`, sight: keyed("string") }),
    () => ({ text: `some ${key}\n${value.name} := data.roles[${key}].level`, sight: keyed("string") }),
    () => ({ text: `some ${field} in input.items\n${value.name} := ${field}.amount`, sight: value.sight }),
    () => ({
      text: `some ${field} in input.items\n${field}.amount > ${random.below(10)}\n${value.name} := count(${field}.tags)`,
      sight: value.sight,
    }),
    () => ({
      text: `some ${key}\ninput.items[${key}].tags[_] == "x"\n${value.name} := ${key} + 1`,
      sight: value.sight,
    }),
    () => ({ text: `some ${key}\n${value.name} := ${of("nested")}[${key}][_]`, sight: keyed("string") }),
  ])();
}

function pattern(draft: Draft, sight: Sight): Body {
  draft.features.add("pattern");
  const { random } = draft;
  const of = (type: Type): string => expression(draft, { type, sight, depth: 1 });
  const [a, b] = [draft.fresh("p"), draft.fresh("p")];
  const both = (left: Type, right: Type): Sight =>
    withVariable(sight, { name: a, type: left }, { name: b, type: right });
  return random.pick([
    () => ({ text: `[${a}, ${b}] := [${of("number")}, ${of("string")}]`, sight: both("number", "string") }),
    () => ({ text: `[${a}, ${b}] = split(${of("string")}, ",")`, sight: both("string", "string") }),
    () => ({
      text: `{"a": ${a}, "c": ${b}} = {"a": ${of("number")}, "c": ${of("string")}}`,
      sight: both("number", "string"),
    }),
    () => ({
      text: `[${a}, 1, ${b}] = [${of("number")}, ${of("number")}, ${of("number")}]`,
      sight: both("number", "number"),
    }),
    () => ({ text: `[{"id": ${a}, "amount": ${b}}] = input.items`, sight: both("string", "number") }),
  ])();
}

function patternIteration(draft: Draft, sight: Sight): Body {
  draft.features.add("pattern");
  const of = (type: Type): string => expression(draft, { type, sight, depth: 1 });
  const [a, b] = [draft.fresh("p"), draft.fresh("p")];
  const both = (left: Type, right: Type): Sight =>
    withVariable(sight, { name: a, type: left }, { name: b, type: right });
  return draft.random.pick([
    () => ({ text: `some {"id": ${a}, "amount": ${b}} in input.items`, sight: both("string", "number") }),
    () => ({ text: `some ${a}, {"amount": ${b}} in input.items`, sight: both("number", "number") }),
    () => ({
      text: `some [${a}, ${b}] in [[1, "a"], [2, "b"], [${of("number")}, ${of("string")}]]`,
      sight: both("number", "string"),
    }),
    () => ({ text: `input.items[_] = {"id": ${a}, "amount": ${b}}`, sight: both("string", "number") }),
  ])();
}

function negation(draft: Draft, sight: Sight): Body {
  draft.features.add("negation");
  const { random } = draft;
  const tested = condition(draft, sight);
  // OPA 1.22 takes `not true` for true in front of a value that is no constant; earlier ones do not. Such a line says nothing about a policy.
  const text = tested === "true" || tested === "false" ? "input.b" : tested;
  return {
    text: random.pick([
      `not ${text}`,
      `not ${text}`,
      `count([1 | some x in input.xs; not x > ${random.below(9)}]) == ${random.below(3)}`,
    ]),
    sight,
  };
}

function everyStatement(draft: Draft, sight: Sight): Body {
  draft.features.add("every");
  const { random } = draft;
  const name = draft.fresh("each");
  const operator = random.pick([">", "<", "!="]);
  if (random.chance(0.3)) {
    const key = draft.fresh("k");
    const inner = withVariable(sight, { name, type: "number" }, { name: key, type: "string" });
    const source = expression(draft, { type: "object", sight, depth: 1 });
    return {
      text: `every ${key}, ${name} in ${source} { ${condition(draft, inner)}; ${key} != "zz"; ${name} < 1000 }`,
      sight,
    };
  }
  const inner = withVariable(sight, { name, type: "number" });
  const source = expression(draft, { type: random.pick(["numbers", "set"]), sight, depth: 1 });
  const other = expression(draft, { type: "number", sight: inner, depth: 1 });
  return { text: `every ${name} in ${source} { ${name} ${operator} ${other} }`, sight };
}

function walkStatement(draft: Draft, sight: Sight): Body {
  draft.features.add("walk");
  const value = bind(draft, sight, "number");
  const [path, found] = [draft.fresh("w"), draft.fresh("w")];
  const source = draft.random.pick(["input.o", "input.items", "data.roles", "input.groups"]);
  return {
    text: draft.random.chance(0.5)
      ? `walk(${source}, [${path}, ${found}])\nis_number(${found})\n${value.name} := count(${path}) + ${found}`
      : `${value.name} := count([1 | walk(${source}, [_, ${found}]); is_string(${found})])`,
    sight: value.sight,
  };
}

function withStatement(draft: Draft, sight: Sight): Body {
  const { random } = draft;
  const [first, ...others] = sight.rules;
  if (first === undefined) return { text: condition(draft, sight), sight };
  draft.features.add("with");
  const modifiers = [
    `with ${replacement(draft, sight)}`,
    ...(random.chance(0.3) ? [`with ${replacement(draft, sight)}`] : []),
  ];
  if (random.chance(0.25)) return { text: `not ${random.pick([first, ...others]).name} ${modifiers.join(" ")}`, sight };
  const rule = random.pick([first, ...others]);
  const bound = bind(draft, sight, rule.type);
  return { text: `${bound.name} := ${rule.name} ${modifiers.join(" ")}`, sight: bound.sight };
}

function replacement(draft: Draft, sight: Sight): string {
  const { random } = draft;
  const number = () => expression(draft, { type: "number", sight, depth: 1 });
  const data = (text: string) => {
    draft.features.add("with-data");
    return text;
  };
  return random.pick([
    () => `input.n as ${number()}`,
    () => `input as {"n": ${random.below(9)}, "s": "a", "xs": [1, 2], "o": {"a": 1}}`,
    () => `input.o.a as ${random.below(9)}`,
    () => `input.xs as [${random.below(9)}, 3]`,
    () => data(`data.limits.a as ${number()}`),
    () => data(`data.limits as {"a": ${number()}, "b": 2}`),
    () => data(`data.fuzz.base.xs as [${number()}, 1]`),
    () => data(`data.roles.c.level as ${number()}`),
    () => replacedRule(draft, sight) ?? `input.m as ${number()}`,
    () => replacedFunction(draft, sight) ?? `input.m as ${number()}`,
    () => replacedFunction(draft, sight) ?? `input.m as ${number()}`,
  ])();
}

function replacedRule(draft: Draft, sight: Sight): string | undefined {
  const own = sight.rules.filter(({ name }) => !name.includes("."));
  const [first, ...others] = own;
  if (first === undefined) return undefined;
  draft.features.add("with-data");
  const { name, type } = draft.random.pick([first, ...others]);
  return `data.fuzz.${name} as ${constant(draft, type)}`;
}

function replacedFunction(draft: Draft, sight: Sight): string | undefined {
  draft.features.add("with-function");
  const { random } = draft;
  const choices = [
    `count as ${random.below(9)}`,
    "upper as lower",
    "abs as round",
    `sum as ${random.below(9)}`,
    ...sight.functions.map(({ name }) => `${name} as ${random.below(99)}`),
    ...sight.functions.flatMap(({ name, parameters }) =>
      sight.functions
        .filter((other) => other.parameters === parameters && other.name !== name)
        .map((other) => `${name} as ${other.name}`),
    ),
  ];
  return random.pick(choices as [string, ...string[]]);
}
