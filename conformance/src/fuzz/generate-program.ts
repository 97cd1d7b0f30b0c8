import { body } from "./generate-body.ts";
import { constant, expression } from "./generate-expression.ts";
import {
  anyType,
  type Draft,
  type Feature,
  type NamedFunction,
  type Program,
  type Sight,
  type Type,
  withVariable,
} from "./generated-program.ts";
import type { Random } from "./random.ts";

const KINDS = [
  "complete",
  "complete",
  "clauses",
  "function",
  "function",
  "set",
  "object",
  "general",
  "boolean",
  "else",
] as const;

/** A random, well-typed policy: the package `fuzz`, now and then one that it imports, and base documents. Later rules use earlier ones, so nothing is recursive. */
export function generateProgram(random: Random): Program {
  let names = 0;
  const features = new Set<Feature>();
  const draft: Draft = { random, features, fresh: (prefix) => `${prefix}${names++}` };
  const modules: Record<string, string> = {};
  let sight: Sight = { variables: [], rules: [], functions: [] };
  let imports = "";
  if (random.chance(0.35)) {
    features.add("packages");
    const library = rulesOf(draft, sight, 2 + random.below(3));
    modules["library.rego"] = `package fuzz.library\n\n${library.lines.join("\n\n")}\n`;
    imports = "import data.fuzz.library\n\n";
    sight = prefixed(library.sight, "library.");
  }
  const { lines, sight: whole } = rulesOf(draft, sight, 3 + random.below(5));
  modules["fuzz.rego"] = `package fuzz\n\n${imports}${lines.join("\n\n")}\n`;
  const rules = whole.rules.map(({ name }) => `fuzz/${name.replace(".", "/")}`);
  return { modules, rules, data: baseDocuments(random), features };
}

function rulesOf(
  draft: Draft,
  from: Sight,
  count: number,
): { readonly lines: readonly string[]; readonly sight: Sight } {
  const lines: string[] = [];
  let sight = from;
  for (let index = 0; index < count; index++) {
    const kind = draft.random.pick(KINDS);
    const name = draft.fresh(kind.charAt(0));
    const made = kind === "function" ? functionRule(draft, name, sight) : rule(draft, { kind, name, sight });
    lines.push(...made.lines);
    sight =
      "type" in made
        ? { ...sight, rules: [...sight.rules, { name, type: made.type }] }
        : { ...sight, functions: [...sight.functions, made.function] };
  }
  return { lines, sight };
}

function prefixed({ rules, functions }: Sight, prefix: string): Sight {
  return {
    variables: [],
    rules: rules.map(({ name, type }) => ({ name: `${prefix}${name}`, type })),
    functions: functions.map(({ name, parameters }) => ({ name: `${prefix}${name}`, parameters })),
  };
}

interface MadeRule {
  readonly lines: readonly string[];
  readonly type: Type;
}

interface RuleToMake {
  readonly kind: Exclude<(typeof KINDS)[number], "function">;
  readonly name: string;
  readonly sight: Sight;
}

function rule(draft: Draft, { kind, name, sight }: RuleToMake): MadeRule {
  const { random } = draft;
  // Complete rules that can have several values conflict, in ways that depend on what is evaluated first: some of them are enough.
  const single = kind !== "set" && kind !== "object" && random.chance(0.7);
  const bodyOf = (statements: number) => body(draft, { sight, statements, single });
  switch (kind) {
    case "complete": {
      const type = anyType(draft);
      const made = bodyOf(1 + random.below(2));
      const line = `${name} := ${expression(draft, { type, sight: made.sight, depth: 2 })} if {\n${made.text}\n}`;
      return { lines: random.chance(0.4) ? [defaultRule(draft, name, type), line] : [line], type };
    }
    case "clauses": {
      draft.features.add("several-clauses");
      const type = random.pick(["number", "string", "boolean"] as const);
      const lines = Array.from({ length: 2 }, () => {
        const made = bodyOf(1);
        return `${name} := ${expression(draft, { type, sight: made.sight, depth: 0 })} if {\n${made.text}\n}`;
      });
      return { lines: random.chance(0.3) ? [defaultRule(draft, name, type), ...lines] : lines, type };
    }
    case "boolean": {
      const line = `${name} if {\n${bodyOf(1 + random.below(3)).text}\n}`;
      return { lines: random.chance(0.5) ? [defaultRule(draft, name, "boolean"), line] : [line], type: "boolean" };
    }
    case "else": {
      draft.features.add("else");
      const type = anyType(draft);
      return { lines: [`${name}${elseChain(draft, { type, sight })}`], type };
    }
    case "set": {
      const lines = Array.from({ length: 1 + random.below(2) }, () => {
        const made = bodyOf(1 + random.below(2));
        return `${name} contains ${expression(draft, { type: "number", sight: made.sight, depth: 1 })} if {\n${made.text}\n}`;
      });
      return { lines, type: "set" };
    }
    case "object": {
      draft.features.add("partial-object");
      const lines = Array.from({ length: 1 + random.below(2) }, () => {
        // OPA asked for one key does not see what conflicts under another: several values are to be rare.
        const made = body(draft, { sight, statements: 1, single: random.chance(0.9) });
        const value = expression(draft, { type: "number", sight: made.sight, depth: 1 });
        return `${name}[key] := ${value} if {\n${made.text}\n\tkey := ${expression(draft, { type: "string", sight: made.sight, depth: 1 })}\n}`;
      });
      return { lines, type: "object" };
    }
    case "general":
      draft.features.add("general-head");
      return { lines: generalRule(draft, name, sight), type: "nested" };
  }
}

/** Rules whose heads reach below their name: objects of objects of numbers. */
function generalRule(draft: Draft, name: string, sight: Sight): readonly string[] {
  const { random } = draft;
  return Array.from({ length: 1 + random.below(2) }, () => {
    const made = body(draft, { sight, statements: 1, single: random.chance(0.9) });
    const key = () => expression(draft, { type: "string", sight: made.sight, depth: 1 });
    const value = expression(draft, { type: "number", sight: made.sight, depth: 1 });
    return random.pick([
      () => `${name}[one][two] := ${value} if {\n${made.text}\n\tone := ${key()}\n\ttwo := ${key()}\n}`,
      () => `${name}[one].a := ${value} if {\n${made.text}\n\tone := ${key()}\n}`,
      () => `${name}.b[two] := ${value} if {\n${made.text}\n\ttwo := ${key()}\n}`,
      () => `${name}.k.${random.pick(["a", "c"])} := ${value} if {\n${made.text}\n}`,
      () => `${name}[one] := {"n": ${value}} if {\n${made.text}\n\tone := ${key()}\n}`,
    ])();
  });
}

function functionRule(
  draft: Draft,
  name: string,
  sight: Sight,
): { readonly lines: readonly string[]; readonly function: NamedFunction } {
  draft.features.add("function");
  const { random } = draft;
  const parameters = random.chance(0.3) ? 2 : 1;
  const inner = withVariable(
    sight,
    { name: "arg", type: "number" },
    ...(parameters === 2 ? ([{ name: "arg2", type: "number" }] as const) : []),
  );
  const head = parameters === 1 ? `${name}(arg)` : `${name}(arg, arg2)`;
  // Of several clauses one at most has a value: which of two conflicts is met first is nobody's business.
  const clause = (guard: string) => {
    const made = body(draft, { sight: inner, statements: 1, single: true });
    return `${head} := ${expression(draft, { type: "number", sight: made.sight, depth: 1 })} if {\n${guard}${made.text}\n}`;
  };
  const number = random.below(3);
  const lines: string[] = [];
  if (random.chance(0.2)) {
    draft.features.add("else");
    lines.push(`${head}${elseChain(draft, { type: "number", sight: inner })}`);
  } else if (random.chance(0.3)) {
    draft.features.add("several-clauses");
    const other = `${parameters === 1 ? `${name}(${number})` : `${name}(${number}, _)`} := ${random.below(9)}`;
    lines.push(clause(`\targ != ${number}\n`), random.chance(0.5) ? other : clause(`\targ == ${number}\n`));
  } else {
    lines.push(clause(""));
  }
  if (random.chance(0.3)) {
    draft.features.add("default");
    lines.unshift(`default ${parameters === 1 ? `${name}(_)` : `${name}(_, _)`} := ${random.below(9)}`);
  }
  return { lines, function: { name, parameters } };
}

function elseChain(draft: Draft, { type, sight }: { readonly type: Type; readonly sight: Sight }): string {
  const { random } = draft;
  const parts = Array.from({ length: 2 + random.below(2) }, () => {
    const made = body(draft, { sight, statements: 1, single: true });
    return ` := ${expression(draft, { type, sight: made.sight, depth: 1 })} if {\n${made.text}\n}`;
  });
  const last = random.chance(0.6) ? ` else := ${constant(draft, type)}` : "";
  return `${parts.join(" else")}${last}`;
}

function defaultRule(draft: Draft, name: string, type: Type): string {
  draft.features.add("default");
  return `default ${name} := ${constant(draft, type)}`;
}

/** Base documents that generated programs read; members are left out now and then. `fuzz.base` lies inside of the package. */
function baseDocuments(random: Random): Readonly<Record<string, unknown>> {
  const some = <T>(value: T): T | undefined => (random.chance(0.85) ? value : undefined);
  const number = () => random.pick([0, 1, 2, 3, 10, 0.5, 100]);
  const document = {
    limits: some({ a: number(), b: number(), k: some(number()) }),
    names: some(["a", "b", random.pick(["", "Ab", "x"])]),
    roles: some({ a: { level: number(), a: number() }, b: { level: some(number()) }, c: {} }),
    fuzz: {
      base: {
        n: some(number()),
        s: some(random.pick(["a", "b", "ä"])),
        on: random.chance(0.5),
        xs: some([number(), number()]),
      },
    },
  };
  return JSON.parse(JSON.stringify(document));
}
