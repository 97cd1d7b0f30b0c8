import { readFileSync } from "node:fs";
import { isArray, isObject, objectEntries, parseJson, type RegoValue } from "@flyball/engine/values";

/** One case of the official OPA suite: ../shared/conformance/README.md names the fields. */
export interface TestCase {
  readonly file: string;
  readonly note: string;
  /** Which of the cases of that file and note this is, from 0. */
  readonly index: number;
  readonly query: string;
  readonly modules: readonly string[];
  readonly data: RegoValue;
  readonly input: RegoValue | undefined;
  /** A Rego term, for inputs that JSON cannot write. */
  readonly inputTerm: string | undefined;
  /** Solutions as objects of bindings; undefined where an error is expected, or anything that is no error. */
  readonly wantResult: readonly RegoValue[] | undefined;
  readonly wantErrorCode: string | undefined;
  /** The error is expected only under strict built-in errors; otherwise the result is empty. */
  readonly strictError: boolean;
  readonly sortBindings: boolean;
}

/** Reads a file with one case a line. Throws with the line's number where it is no case. */
export function readCases(file: string): readonly TestCase[] {
  const seen = new Map<string, number>();
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.flatMap((line, number) => {
    if (line.trim() === "") return [];
    const record = parseJson(line);
    if (!isObject(record)) throw new Error(`${file}:${number + 1}: a case is a JSON object`);
    const fields = new Map(objectEntries(record));
    const key = JSON.stringify([fields.get("file"), fields.get("note")]);
    const index = seen.get(key) ?? 0;
    seen.set(key, index + 1);
    return [toCase(fields, index)];
  });
}

function toCase(fields: ReadonlyMap<RegoValue, RegoValue>, index: number): TestCase {
  const text = (name: string) => {
    const value = fields.get(name);
    return typeof value === "string" ? value : undefined;
  };
  const list = (name: string) => {
    const value = fields.get(name);
    return value !== undefined && isArray(value) ? value : undefined;
  };
  return {
    file: text("file") ?? "",
    note: text("note") ?? "",
    index,
    query: text("query") ?? "",
    modules: (list("modules") ?? []).map(String),
    data: fields.get("data") ?? {},
    input: fields.get("input"),
    inputTerm: text("input_term"),
    wantResult: list("want_result"),
    wantErrorCode: text("want_error_code") ?? text("want_error"),
    strictError: fields.get("strict_error") === true,
    sortBindings: fields.get("sort_bindings") === true,
  };
}
