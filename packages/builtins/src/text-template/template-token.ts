import { BuiltinError } from "@flyball/engine";

/** Text, or the words of an action between `{{` and `}}`. */
export type TemplatePart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "action"; readonly words: readonly TemplateWord[] };

export interface TemplateWord {
  readonly kind: "name" | "field" | "variable" | "number" | "string" | "character" | "mark";
  readonly text: string;
  /** Whether space stands before it: `.a .b` are two operands, `.a.b` is one. */
  readonly spaced: boolean;
}

const WORD =
  /\s+|(\$[\p{L}\p{Nd}_]*)|(\.[\p{L}_][\p{L}\p{Nd}_]*)|([\p{L}_][\p{L}\p{Nd}_]*)|([+-]?(?:0[xXbBoO][\da-fA-F_]+|(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?))|("(?:[^"\\\n]|\\.)*"|`[^`]*`)|('(?:[^'\\\n]|\\[^\n])+')|(:=|[.=|(),])/uy;

const KINDS = ["variable", "field", "name", "number", "string", "character", "mark"] as const;

/** Splits a template; `{{-` and `-}}` take the space beside them away, comments leave nothing. Throws `BuiltinError`. */
export function templateParts(source: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let trimsLeft = false;
  for (let at = 0; at <= source.length; ) {
    const open = source.indexOf("{{", at);
    let text = source.slice(at, open < 0 ? source.length : open);
    if (trimsLeft) text = text.replace(/^[ \t\r\n]+/, "");
    const trimsRight = open >= 0 && /^-[ \t\r\n]/.test(source.slice(open + 2, open + 4));
    if (trimsRight) text = text.replace(/[ \t\r\n]+$/, "");
    if (text !== "") parts.push({ kind: "text", text });
    if (open < 0) break;
    const start = open + (trimsRight ? 4 : 2);
    const { words, end, trims } = readAction(source, trimsRight ? start - 1 : start);
    if (words.length > 0) parts.push({ kind: "action", words });
    trimsLeft = trims;
    at = end;
  }
  return parts;
}

function readAction(
  source: string,
  start: number,
): { readonly words: readonly TemplateWord[]; readonly end: number; readonly trims: boolean } {
  const comment = /\s*\/\*[\s\S]*?\*\/(\s+-)?\}\}/y;
  comment.lastIndex = start;
  const commented = comment.exec(source);
  if (commented !== null) return { words: [], end: comment.lastIndex, trims: commented[1] !== undefined };
  const words: TemplateWord[] = [];
  let spaced = false;
  for (let at = start; ; ) {
    if (spaced && source.startsWith("-}}", at)) return { words: filled(words), end: at + 3, trims: true };
    if (source.startsWith("}}", at)) return { words: filled(words), end: at + 2, trims: false };
    WORD.lastIndex = at;
    const match = WORD.exec(source);
    if (match === null)
      throw new BuiltinError(
        at >= source.length ? "template: unclosed action" : "template: unexpected character in an action",
      );
    const index = match.slice(1).findIndex((group) => group !== undefined);
    const kind = KINDS[index];
    if (kind !== undefined) words.push({ kind, text: match[0], spaced });
    spaced = kind === undefined;
    at = WORD.lastIndex;
  }
}

function filled(words: readonly TemplateWord[]): readonly TemplateWord[] {
  if (words.length === 0) throw new BuiltinError("template: missing value for command");
  return words;
}
