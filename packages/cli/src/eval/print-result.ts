import { isString, type RegoValue, toJson } from "@flyball/engine/values";
import type { ExitStatus, Output } from "../command.ts";
import { jsonArray, jsonObject } from "../report/ordered-json.ts";

const FORMATS = ["json", "values", "bindings", "raw", "discard"] as const;

export type Format = (typeof FORMATS)[number];

export function isFormat(text: string): text is Format {
  return (FORMATS as readonly string[]).includes(text);
}

/** One solution of a query. */
export interface Solution {
  readonly expressions: readonly Expression[];
  readonly bindings: Readonly<Record<string, RegoValue>>;
}

export interface Expression {
  readonly value: RegoValue;
  readonly text: string;
  readonly row: number;
  readonly col: number;
}

export interface PrintOptions {
  readonly format: Format;
  readonly output: Output;
  readonly fail: boolean;
  readonly failDefined: boolean;
}

/** Prints what `opa eval` prints in the format, and answers the status that `--fail` and `--fail-defined` ask for. */
export function printSolutions(
  solutions: readonly Solution[],
  { format, output, fail, failDefined }: PrintOptions,
): ExitStatus {
  output.out(textOf(solutions, format));
  return (fail && solutions.length === 0) || (failDefined && solutions.length > 0) ? 1 : 0;
}

function textOf(solutions: readonly Solution[], format: Format): string {
  switch (format) {
    case "json":
      return `${jsonResult(solutions)}\n`;
    case "values":
      return solutions
        .map(
          ({ expressions }) =>
            `${toJson(
              expressions.map(({ value }) => value),
              { indent: 2 },
            )}\n`,
        )
        .join("");
    case "bindings":
      return `${toJson(
        solutions.map(({ bindings }) => bindings),
        { indent: 2 },
      )}\n`;
    case "raw":
      return solutions
        .map(
          ({ expressions }) =>
            `${expressions.map(({ value }) => (isString(value) ? value : toJson(value))).join(" ")}\n`,
        )
        .join("");
    case "discard":
      return solutions.length === 0 ? "{}\n" : '{\n  "result": "discarded"\n}\n';
  }
}

/** `{ "result": [{ "expressions": [...], "bindings": {...} }] }`; without a solution `{}`. */
function jsonResult(solutions: readonly Solution[]): string {
  if (solutions.length === 0) return "{}";
  const results = solutions.map(({ expressions, bindings }) => {
    const shown = expressions.map(({ value, text, row, col }) =>
      jsonObject([
        ["value", printed(value)],
        ["text", printed(text)],
        [
          "location",
          jsonObject([
            ["row", String(row)],
            ["col", String(col)],
          ]),
        ],
      ]),
    );
    const members: [string, string][] = [["expressions", jsonArray(shown)]];
    if (Object.keys(bindings).length > 0) members.push(["bindings", printed(bindings)]);
    return jsonObject(members);
  });
  return jsonObject([["result", jsonArray(results)]]);
}

function printed(value: RegoValue): string {
  return toJson(value, { indent: 2 });
}
