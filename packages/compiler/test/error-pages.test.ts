import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseJson } from "@flyball/engine/values";
import { describe, expect, it } from "vitest";
import { checkModules, compile } from "../src/compile.ts";
import type { Diagnostic, DiagnosticCode } from "../src/diagnostics/diagnostic.ts";
import { planQuery } from "../src/plan-query.ts";
import { bindText } from "./bind/bind-text.ts";
import { MISTAKES } from "./check/mistakes.ts";
import { type ErrorSection, type Example, errorPage, errorSections, escapePattern } from "./error-pages.ts";

/** A page for each code; the compiler refuses a code without one. */
const PAGES: Readonly<Record<DiagnosticCode, readonly ErrorSection[]>> = {
  rego_parse_error: errorSections(errorPage("rego_parse_error")),
  rego_compile_error: errorSections(errorPage("rego_compile_error")),
  rego_type_error: errorSections(errorPage("rego_type_error")),
  rego_unsafe_var_error: errorSections(errorPage("rego_unsafe_var_error")),
  rego_recursion_error: errorSections(errorPage("rego_recursion_error")),
  unsupported: errorSections(errorPage("unsupported")),
};

const SECTIONS = Object.entries(PAGES).flatMap(([code, sections]) => sections.map((section) => ({ code, ...section })));

/** What the compiler says of an example: files of one kind together, with the options that stand behind them. */
function diagnose(examples: readonly Example[]): readonly Diagnostic[] {
  const [first] = examples;
  if (first === undefined) throw new Error("a section without an example");
  const texts = examples.filter(({ language }) => language === "rego").map(textOf);
  const option = (name: string): string | undefined =>
    first.flags.find((flag) => flag.startsWith(`${name}=`))?.slice(name.length + 1);
  if (first.flags.includes("query")) return planQuery({ query: texts[0] ?? "", modules: {} }).diagnostics;
  const modules = Object.fromEntries(texts.map((text, index) => [`${"abc"[index]}.rego`, text]));
  const data = examples.find(({ language }) => language === "json");
  const entrypoint = option("entrypoint");
  if (data !== undefined || entrypoint !== undefined)
    return compile({
      modules,
      entrypoints: [entrypoint ?? "a"],
      ...(data === undefined ? {} : { data: parseJson(data.text) }),
    }).diagnostics;
  const nesting = option("nesting");
  return checkModules({
    modules,
    regoVersion: first.flags.includes("v0") ? 0 : 1,
    strict: first.flags.includes("strict"),
    ...(first.flags.includes("schemas") ? { schemas: {} } : {}),
    ...(first.flags.includes("grants") ? { grants: [] } : {}),
    ...(first.flags.includes("grants=unknown") ? { grants: "unknown" as const } : {}),
    ...(nesting === undefined ? {} : { maxNesting: Number(nesting) }),
  });
}

function textOf({ text, flags }: Example): string {
  // The last line feed is the fence's.
  const inside = text.replace(/\n$/, "");
  if (!flags.includes("escape")) return inside;
  return inside.replace(/\\u([0-9a-f]{4})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

describe("docs/reference/errors", () => {
  it.each(SECTIONS.map((section) => [section.code, section.title, section] as const))(
    "%s: %s",
    (code, _, { pattern, wrong, right }) => {
      const messages = diagnose(wrong).map((each) => `${each.code}: ${each.message}`);
      expect(
        messages.filter((message) => message.startsWith(`${code}: `)).map((each) => each.slice(code.length + 2)),
      ).toContainEqual(expect.stringMatching(pattern));
      expect(diagnose(right)).toEqual([]);
    },
  );

  it("names every page that there is", () => {
    const folder = fileURLToPath(new URL("../../../docs/reference/errors", import.meta.url));
    const readme = readFileSync(`${folder}/README.md`, "utf8");
    for (const file of readdirSync(folder)) if (file !== "README.md") expect(readme).toContain(`](${file})`);
  });

  it("has a section for every message of the sources", () => {
    const said = SECTIONS.flatMap(({ wrong }) => diagnose(wrong).map(({ message }) => message));
    const missing = messagesOfSources().filter(
      ({ template }) =>
        !EXCUSED.some((each) => template.includes(each)) &&
        !said.some((message) => templatePattern(template).test(message)) &&
        !errorPage("unsupported").includes(asHeading(template)),
    );
    expect(missing).toEqual([]);
  });

  it("has a section for every message of other tests", () => {
    const found = [
      ...MISTAKES.flatMap(({ modules, strict }) => bindText(modules, strict).diagnostics),
      ...["v0", "v1"].flatMap((version) => rejected(version as "v0" | "v1")),
    ];
    expect(found.length).toBeGreaterThan(200);
    const unknown = found.filter(({ code, message }) => !PAGES[code].some(({ pattern }) => pattern.test(message)));
    expect(unknown.map(({ code, message }) => `${code}: ${message}`)).toEqual([]);
  });
});

/** Modules that OPA's parser refuses, from the parser's own fixtures. */
function rejected(version: "v0" | "v1"): readonly Diagnostic[] {
  const url = new URL(`syntax/fixtures/rejected-${version}.jsonl`, import.meta.url);
  return readFileSync(url, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .flatMap((line) =>
      checkModules({ modules: { "a.rego": JSON.parse(line) as string }, regoVersion: version === "v0" ? 0 : 1 }),
    );
}

/** Messages that no short example brings about, each with the reason. */
const EXCUSED: readonly string[] = [
  // Faults of an evaluation: docs/reference/engine.md.
  "must not produce multiple outputs",
  // Guards behind what other messages say first; nothing is known that reaches them.
  "An operand is expected",
  "this cannot be negated",
  "expression is unsafe",
  "A body is expected here, not",
  "operators in a row or inside one another",
  "is a function: it can be called",
  // Only where `maxNesting` was raised beyond what the stack of the process carries.
  "nested too deeply for the stack of this process",
  // Of `parseStandaloneTerm`, for hosts.
  "One term is expected here",
  // The formatter's, which the reference of the command line describes.
  "This file cannot be formatted",
  // YAML that has values beyond JSON's, such as dates, under the reader's own settings has none.
  "has a value that JSON has not",
];

interface SourceMessage {
  readonly file: string;
  readonly template: string;
}

/** The texts that the compiler's sources give as messages, as they stand there. */
function messagesOfSources(): readonly SourceMessage[] {
  const root = fileURLToPath(new URL("../src", import.meta.url));
  const folders = ["bind", "check", "plan", "prepare", "syntax"];
  const files = readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((file) => file.replaceAll("\\", "/"))
    .filter(
      (file) => file.endsWith(".ts") && (!file.includes("/") || folders.some((each) => file.startsWith(`${each}/`))),
    )
    .filter((file) => !/(^|\/)validate-/.test(file));
  return files.flatMap((file) => {
    const source = readFileSync(`${root}/${file}`, "utf8");
    const text = '(`(?:[^`\\\\]|\\\\.)*`|"(?:[^"\\\\]|\\\\.)*")';
    const given = new RegExp(
      `(?:\\bmessage(?::| =)|AnnotationMistake\\()\\s*(?:[\\w.!=()"\\s]+\\?\\s*)?${text}(?:\\s*:\\s*${text})?`,
      "g",
    );
    return [...source.matchAll(given)].flatMap(([, one, other]) =>
      [one, other].filter((each) => each !== undefined).map((each) => ({ file, template: each.slice(1, -1) })),
    );
  });
}

const HOLE = /\$\{(?:[^{}`]|`[^`]*`|\{[^{}]*\})*\}/;

function templatePattern(template: string): RegExp {
  const plain = template.split(HOLE).map((part) => part.replace(/\\(.)/g, "$1"));
  return new RegExp(plain.map(escapePattern).join(".*"), "s");
}

function asHeading(template: string): string {
  return template.split(HOLE).join("…").replace(/\\(.)/g, "$1");
}
