import { BuiltinError } from "@flyball/engine";
import { isString, type RegoValue } from "@flyball/engine/values";
import type { RE2JS } from "re2js";
import type { BuiltinTable } from "../builtin-table.ts";
import { byteLength } from "../bytes.ts";
import { MAX_TEXT } from "../limits.ts";
import { integerAt, operandAt, stringAt } from "../operand.ts";
import { compileExpression } from "./compiled-expressions.ts";
import { templateExpression } from "./expression-template.ts";
import { globsIntersect } from "./glob-intersection.ts";

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
    Array.from(
      matchesIn(compileExpression(stringAt(args, 0)), stringAt(args, 1), integerAt(args, 2)),
      ({ groups }) => groups[0] ?? "",
    ),
  "regex.find_all_string_submatch_n": (args) =>
    Array.from(
      matchesIn(compileExpression(stringAt(args, 0)), stringAt(args, 1), integerAt(args, 2)),
      ({ groups }) => groups,
    ),
  "regex.globs_match": (args) => globsIntersect(stringAt(args, 0), stringAt(args, 1)),
  "regex.template_match": (args) => {
    const [start, end] = [delimiterAt(args, 2), delimiterAt(args, 3)];
    const expression = templateExpression(stringAt(args, 0), start, end);
    return compileExpression(expression).matcher(stringAt(args, 1)).find();
  },
  "regex.replace": (args) => replace(stringAt(args, 0), compileExpression(stringAt(args, 1)), stringAt(args, 2)),
};

/** One character of ASCII: Go counts bytes. */
function delimiterAt(args: readonly RegoValue[], index: number): string {
  const delimiter = stringAt(args, index);
  const length = byteLength(delimiter);
  if (length === 1) return delimiter;
  const name = index === 2 ? "start" : "end";
  throw new BuiltinError(`${name} delimiter has to be exactly one character long but is ${length} long`);
}

interface Match {
  readonly start: number;
  readonly end: number;
  /** The whole and each group; a group that did not take part is empty. */
  readonly groups: readonly string[];
}

/** Matches from left to right, at most `limit` of them (all if it is negative). Go leaves out an empty match right behind another match. */
function* matchesIn(regex: RE2JS, text: string, limit = -1): Iterable<Match> {
  const matcher = regex.matcher(text);
  let previousEnd = -1;
  for (let count = 0; count !== limit && matcher.find(); ) {
    const [start, end] = [matcher.start(), matcher.end()];
    if (start === end && start === previousEnd) continue;
    previousEnd = end;
    count++;
    yield {
      start,
      end,
      groups: Array.from({ length: matcher.groupCount() + 1 }, (_, group) => matcher.group(group) ?? ""),
    };
  }
}

/** Go's Split with n = -1. */
function splitGo(regex: RE2JS, text: string): readonly string[] {
  if (text.length === 0 && regex.pattern().length > 0) return [""];
  const parts: string[] = [];
  let begin = 0;
  let lastStart = 0;
  for (const { start, end } of matchesIn(regex, text)) {
    lastStart = start;
    if (end !== 0) parts.push(text.slice(begin, start));
    begin = end;
  }
  if (lastStart !== text.length) parts.push(text.slice(begin));
  return parts;
}

/** Go's ReplaceAllString: `$1`, `${name}`, `$$`; a $ before anything else is itself. */
function replace(text: string, regex: RE2JS, template: string): string {
  const names = new Map(Object.entries(regex.namedGroups()));
  const parts = parseTemplate(template);
  let replaced = "";
  let at = 0;
  for (const { start, end, groups } of matchesIn(regex, text)) {
    replaced += text.slice(at, start);
    replaced += parts.map((part) => (part.kind === "text" ? part.text : groupText(part.name, groups, names))).join("");
    at = end;
    if (replaced.length > MAX_TEXT) throw new BuiltinError("the text is too long", { fatal: true });
  }
  return replaced + text.slice(at);
}

type TemplatePart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "group"; readonly name: string };

function parseTemplate(template: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let at = 0;
  for (const match of template.matchAll(/\$(?:\$|\{([\p{L}\p{Nd}_]+)\}|([\p{L}\p{Nd}_]+))/gu)) {
    parts.push({ kind: "text", text: template.slice(at, match.index) });
    const name = match[1] ?? match[2];
    parts.push(name === undefined ? { kind: "text", text: "$" } : { kind: "group", name });
    at = match.index + match[0].length;
  }
  parts.push({ kind: "text", text: template.slice(at) });
  return parts;
}

/** Empty for a group that there is none of. Digits with a zero in front are a name. */
function groupText(name: string, groups: readonly string[], names: ReadonlyMap<string, number>): string {
  const index = /^(0|[1-9]\d{0,7})$/.test(name) ? Number(name) : names.get(name);
  return index === undefined ? "" : (groups[index] ?? "");
}
