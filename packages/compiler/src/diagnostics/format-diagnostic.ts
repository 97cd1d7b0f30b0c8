import type { Diagnostic } from "./diagnostic.ts";
import { lineText, positionAt, type SourceFile } from "./source-file.ts";

/** Longest piece of a line that is shown, in code points; a minified file has lines of megabytes. */
const MAX_SHOWN = 120;

/**
 * A diagnostic as text for people, without a line feed at the end:
 *
 * ```text
 * policy.rego:3:7: rego_parse_error: `if` is missing before the body of `allow`
 *   3 | allow {
 *     |       ^
 *     = write `if {`
 * ```
 *
 * `source` is the file that the span names; undefined where its text is not at hand, then only the first line is given.
 */
export function formatDiagnostic(diagnostic: Diagnostic, source: SourceFile | undefined): string {
  const { code, severity, message, span, suggestion } = diagnostic;
  const label = severity === "warning" ? `warning: ${code}` : code;
  if (source === undefined) {
    const hint = suggestion === undefined ? "" : ` (${suggestion})`;
    return `${span.file}: ${label}: ${message}${hint}`;
  }
  const { line, column } = positionAt(source, span.start);
  const number = String(line);
  const margin = " ".repeat(number.length + 2);
  const excerpt = excerptOf(source, { line, column, end: span.end });
  const lines = [
    `${span.file}:${line}:${column}: ${label}: ${message}`,
    `  ${number} | ${excerpt.text}`.trimEnd(),
    `${margin} | ${excerpt.underline}`,
  ];
  if (suggestion !== undefined) {
    lines.push(`${margin} = ${suggestion}`);
  }
  return lines.join("\n");
}

interface Excerpt {
  readonly text: string;
  readonly underline: string;
}

interface Place {
  readonly line: number;
  readonly column: number;
  /** Offset of the span's end. */
  readonly end: number;
}

function excerptOf(source: SourceFile, { line, column, end }: Place): Excerpt {
  const characters = [...lineText(source, line).replace(/^\uFEFF/, "")];
  const last = positionAt(source, end);
  const endColumn = last.line === line ? last.column : characters.length + 1;
  const from = column <= MAX_SHOWN - 20 ? 0 : column - 20;
  const to = Math.min(characters.length, from + MAX_SHOWN);
  const before = from > 0 ? "..." : "";
  const after = to < characters.length ? "..." : "";
  // Tabs stay tabs, so that the underline stands where the terminal puts the text.
  const indent = characters
    .slice(from, column - 1)
    .map(blank)
    .join("");
  const marked = Math.max(1, Math.min(endColumn, to + 1) - column);
  return {
    text: before + characters.slice(from, to).map(visible).join("") + after,
    underline: " ".repeat(before.length) + indent + "^".repeat(marked),
  };
}

function blank(character: string): string {
  return character === "\t" ? "\t" : " ";
}

/** Control characters would move the cursor or worse; a policy is not to be trusted with the terminal. */
function visible(character: string): string {
  return /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u.test(character) && character !== "\t" ? "\uFFFD" : character;
}
