/**
 * Formats a module as `opa fmt` does: source text in, source text out. Comments are kept, a second run changes
 * nothing, and the meaning never changes: what was written is parsed again and compared, and where it differed the
 * file is left as it is, with a warning. Unlike `opa fmt`, parentheses that matter are never dropped.
 */
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { createSourceFile } from "../diagnostics/source-file.ts";
import type { ImportNode, ModuleNode, RuleNode } from "../syntax/nodes.ts";
import { parseModule } from "../syntax/parse-module.ts";
import { describeMeaning } from "./describe-meaning.ts";
import {
  blankLine,
  CommentClash,
  endLine,
  type FormatWriter,
  placeComments,
  sourceText,
  startLine,
  startRow,
  write,
  writeComments,
  writeOrKeep,
} from "./format-writer.ts";
import { pathText } from "./path-text.ts";
import { writeImports } from "./write-imports.ts";
import { writeRule } from "./write-rule.ts";

export interface FormatModuleOptions {
  readonly file: string;
  readonly text: string;
  /** 1 unless given. */
  readonly regoVersion?: 0 | 1;
}

export interface FormattedModule {
  /** Undefined where the module does not parse. */
  readonly text: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

export function formatModule({ file, text, regoVersion = 1 }: FormatModuleOptions): FormattedModule {
  const { module, diagnostics } = parseModule({ file, text, regoVersion });
  if (module === undefined) {
    return { text: undefined, diagnostics };
  }
  const settled = settle(module, { text, regoVersion });
  if (settled !== undefined) {
    return { text: settled, diagnostics };
  }
  const { span } = module.package;
  const message = "This file cannot be formatted without a change of meaning, so it stays as it is";
  return { text, diagnostics: [...diagnostics, { code: "unsupported", severity: "warning", span, message }] };
}

/** Comments in odd places may take a second round to come to rest. */
const MAX_ROUNDS = 4;

/** Formats until nothing changes; undefined where a round changes the meaning, or none is the last. */
function settle(module: ModuleNode, { text, regoVersion }: PrintOptions): string | undefined {
  const meaning = describeMeaning(module);
  let current = module;
  let written = text;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const next = tryPrint(current, { text: written, regoVersion });
    if (next === undefined || next === written) {
      return next;
    }
    const parsed = parseModule({ file: module.span.file, text: next, regoVersion }).module;
    if (parsed === undefined || describeMeaning(parsed) !== meaning) {
      return undefined;
    }
    current = parsed;
    written = next;
  }
  return undefined;
}

function tryPrint(module: ModuleNode, options: PrintOptions): string | undefined {
  try {
    return printModule(module, options);
  } catch (error) {
    if (error instanceof CommentClash) {
      return undefined;
    }
    throw error;
  }
}

interface PrintOptions {
  readonly text: string;
  readonly regoVersion: 0 | 1;
}

function printModule(module: ModuleNode, options: PrintOptions): string {
  const writer = createWriter(module, options);
  writePackage(writer, module);
  for (const part of groupDeclarations(module)) {
    if (part.kind === "imports") {
      writeImports(writer, part.imports);
    } else {
      writeRules(writer, part.rules);
    }
  }
  for (const comment of writer.comments) {
    writeComments(writer, [comment]);
  }
  return `${writer.text.trimEnd()}\n`;
}

function createWriter(module: ModuleNode, { text, regoVersion }: PrintOptions): FormatWriter {
  const imports = new Set(module.imports.map(({ path }) => path.join(".")));
  const knows = (keyword: string): boolean =>
    regoVersion === 1 ||
    imports.has("rego.v1") ||
    imports.has("future.keywords") ||
    imports.has(`future.keywords.${keyword}`);
  return {
    source: createSourceFile(module.span.file, text),
    regoVersion,
    longHeads: module.rules.some(
      ({ head }) => head.ref.length > 2 || (head.ref.length === 2 && head.contains !== undefined),
    ),
    writesContains: knows("contains"),
    writesIf: knows("if"),
    text: "",
    level: 0,
    inline: false,
    pending: undefined,
    delayed: false,
    comments: module.comments,
    flat: false,
    parenthesised: new Set(),
  };
}

function writePackage(writer: FormatWriter, { package: { path, span } }: ModuleNode): void {
  placeComments(writer, startRow(writer, span));
  startLine(writer);
  write(writer, `package ${pathText(path, sourceText(writer, span))}`);
  blankLine(writer);
}

type Declarations =
  | { readonly kind: "imports"; readonly imports: readonly ImportNode[] }
  | { readonly kind: "rules"; readonly rules: readonly RuleNode[] };

/** Imports and rules in the order of the source, in runs of one kind. */
function groupDeclarations({ imports, rules }: ModuleNode): readonly Declarations[] {
  const groups: Declarations[] = [];
  const waiting = [...imports];
  let run: RuleNode[] = [];
  const flush = (): void => {
    if (run.length > 0) {
      groups.push({ kind: "rules", rules: run });
    }
    run = [];
  };
  const takeImports = (before: number): void => {
    const count = waiting.findIndex(({ span }) => span.start >= before);
    const due = waiting.splice(0, count < 0 ? waiting.length : count);
    if (due.length > 0) {
      flush();
      groups.push({ kind: "imports", imports: due });
    }
  };
  for (const rule of rules) {
    takeImports(rule.span.start);
    run.push(rule);
  }
  takeImports(Number.POSITIVE_INFINITY);
  flush();
  return groups;
}

function writeRules(writer: FormatWriter, rules: readonly RuleNode[]): void {
  rules.forEach((rule, index) => {
    const previous = rules[index - 1];
    placeComments(writer, startRow(writer, rule.span));
    if (previous?.head === rule.head) {
      writeRule(writer, rule, true);
    } else {
      writeOrKeep(writer, rule.span, () => writeRule(writer, rule, false));
    }
    const next = rules[index + 1];
    if (next !== undefined && isOneLiner(writer, rule) && isOneLiner(writer, next)) {
      if (startRow(writer, next.span) === startRow(writer, rule.span) + 1) {
        if (writer.inline) {
          endLine(writer);
        }
        return;
      }
    }
    blankLine(writer);
  });
}

/** Rules of one line on lines next to each other stay so. */
function isOneLiner(writer: FormatWriter, { isDefault, head, body, elses }: RuleNode): boolean {
  const [first, ...more] = body ?? [];
  const isSet = first?.kind === "term-statement" && first.term.kind === "set";
  const writesIf = writer.writesIf && (head.contains === undefined || writer.writesContains);
  return writesIf && !isDefault && elses.length === 0 && more.length === 0 && !isSet;
}
