import { writeFileSync } from "node:fs";
import type { RegoValue } from "@flyball/engine/values";
import { isArray, isObject, isSet, toJson } from "@flyball/engine/values";

/** A call on which all agreed, and OPA's answer; undefined where there is none. */
export interface AgreedCall {
  readonly builtin: string;
  /** The rule's body: an expression over `input`. */
  readonly asked: string;
  readonly args: readonly string[];
  readonly answer: RegoValue | undefined;
}

/** Calls of one built-in that are kept: those with an answer first, each answer's beginning once. */
const KEPT = 12;

/** Longer answers say no more, and make the file large. */
const LONGEST = 400;

/** Writes one case for each built-in, in the schema of OPA's suite: a rule for each call, and OPA's answers. */
export function recordCases(calls: readonly AgreedCall[], file: string): void {
  const lines = [...Map.groupBy(calls, ({ builtin }) => builtin)].map(([builtin, all]) => {
    const kept = distinct(all).slice(0, KEPT);
    const asked = kept[0]?.asked ?? "";
    const rules = kept.map(({ args }, index) => `r${index} := x if x := asked with input as [${args.join(", ")}]`);
    const modules = [
      ["package builtins", `asked := [type_name(x), x] if {\n\tinput\n\tx := ${asked}\n}`, ...rules, ""].join("\n"),
    ];
    const answers = kept.flatMap(({ answer }, index) =>
      answer === undefined ? [] : [`${JSON.stringify(`r${index}`)}:${toJson(answer)}`],
    );
    const head = { file: "builtins/borders.json", note: builtin, query: "data.builtins = x", modules };
    return `${JSON.stringify(head).slice(0, -1)},"want_result":[{"x":{${answers.join(",")}}}]}`;
  });
  writeFileSync(file, `${lines.join("\n")}\n`);
}

/** OPA's JSON has lists for sets, in an order of its own where the elements are collections. */
function isOfCollections(answer: RegoValue): boolean {
  const [type, value] = isArray(answer) ? answer : [];
  return type === "set" && value !== undefined && isArray(value) && value.some(isCollection);
}

function isCollection(value: RegoValue): boolean {
  return isArray(value) || isObject(value) || isSet(value);
}

function distinct(calls: readonly AgreedCall[]): readonly AgreedCall[] {
  const seen = new Map<string, AgreedCall>();
  for (const call of calls) {
    const answer = call.answer === undefined ? "" : toJson(call.answer);
    if (call.answer !== undefined && isOfCollections(call.answer)) continue;
    if (answer.length + call.args.join().length > LONGEST) continue;
    const key = answer === "" ? `none ${call.args.map((arg) => arg.slice(0, 1)).join()}` : answer.slice(0, 40);
    if (!seen.has(key)) seen.set(key, call);
  }
  const [answered, others] = [true, false].map((wanted) =>
    [...seen.values()].filter(({ answer }) => (answer !== undefined) === wanted),
  );
  return [...(answered ?? []).slice(0, KEPT - 3), ...(others ?? [])];
}
