import { BuiltinError } from "@flyball/engine";
import { isString } from "@flyball/engine/values";
import type { RE2JS } from "re2js";
import type { BuiltinTable } from "../builtin-table.ts";
import { compileExpression } from "./compiled-expressions.ts";
import { integerAt, operandAt, stringAt } from "../operand.ts";

/** Regular expressions with RE2's syntax and linear time. Compiled expressions are kept, a bounded number of them. */
export const regularExpressions: BuiltinTable = {
  "regex.match": (args) => compileExpression(stringAt(args, 0)).matcher(stringAt(args, 1)).find(),
  re_match: (args) => compileExpression(stringAt(args, 0)).matcher(stringAt(args, 1)).find(),
  "regex.is_valid": (args) => {
    const pattern = operandAt(args, 0);
    if (!isString(pattern)) return false;
    try {
      compileExpression(pattern);
      return true;
    } catch {
      return false;
    }
  },
  "regex.split": (args) => splitGo(compileExpression(stringAt(args, 0)), stringAt(args, 1)),
  "regex.find_n": (args) =>
    matches(compileExpression(stringAt(args, 0)), stringAt(args, 1), integerAt(args, 2)).map(([whole]) => whole ?? ""),
  "regex.find_all_string_submatch_n": (args) =>
    matches(compileExpression(stringAt(args, 0)), stringAt(args, 1), integerAt(args, 2)),
  "regex.replace": (args) => replace(stringAt(args, 0), compileExpression(stringAt(args, 1)), stringAt(args, 2)),
};

/** Each match with its groups; groups that did not take part are empty. Go leaves out an empty match right after another match. */
function matches(regex: RE2JS, text: string, limit: number): readonly (readonly string[])[] {
  const found: string[][] = [];
  const matcher = regex.matcher(text);
  let previousEnd = -1;
  while ((limit < 0 || found.length < limit) && matcher.find()) {
    const [start, end] = [matcher.start(), matcher.end()];
    if (start === end && start === previousEnd) continue;
    previousEnd = end;
    found.push(Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group) ?? ""));
  }
  return found;
}

/** Go's Split with n = -1. */
function splitGo(regex: RE2JS, text: string): readonly string[] {
  const parts: string[] = [];
  const matcher = regex.matcher(text);
  let begin = 0;
  let end = 0;
  if (text.length === 0 && regex.pattern().length > 0) return [""];
  while (matcher.find()) {
    if (matcher.end() === 0) continue;
    end = matcher.start();
    if (matcher.end() !== 0) parts.push(text.slice(begin, end));
    begin = matcher.end();
  }
  if (end !== text.length || begin !== text.length) parts.push(text.slice(begin));
  return parts;
}

/** Go's ReplaceAllString: `$1`, `${name}`, `$$`. */
function replace(text: string, regex: RE2JS, template: string): string {
  const matcher = regex.matcher(text);
  const names = regex.namedGroups();
  let replaced = "";
  let at = 0;
  let previousEnd = -1;
  while (matcher.find()) {
    const [start, end] = [matcher.start(), matcher.end()];
    if (start === end && start === previousEnd) continue;
    previousEnd = end;
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group) ?? "");
    replaced += text.slice(at, start) + expand(template, groups, names);
    at = end;
  }
  return replaced + text.slice(at);
}

function expand(template: string, groups: readonly string[], names: Readonly<Record<string, number>>): string {
  return template.replace(
    /\$(?:\$|\{(\w+)\}|(\w+))/g,
    (whole, braced: string | undefined, bare: string | undefined) => {
      if (whole === "$$") return "$";
      const name = braced ?? bare ?? "";
      const index = /^\d+$/.test(name) ? Number(name) : names[name];
      return index === undefined ? "" : (groups[index] ?? "");
    },
  );
}
