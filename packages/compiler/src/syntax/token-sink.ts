import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { CommentNode } from "./nodes.ts";
import type { LexicalProblem, Scanned } from "./scanned.ts";
import { TokenKind } from "./token-kind.ts";
import type { TokenList } from "./token-list.ts";

/** Of lexical errors: a binary file has one at every other byte. */
const MAX_DIAGNOSTICS = 100;

/** Takes the tokens of a text in order and gives them back as a list. */
export interface TokenSink {
  report(problem: LexicalProblem): void;
  push(start: number, scanned: Scanned, afterNewline: boolean): number;
  pair(opener: number, closer: number): void;
  /** Whether the template token at this index starts behind an expression's `}`. */
  continuesTemplate(index: number): boolean;
  comment(start: number, end: number): void;
  finish(): TokenList;
}

export function createTokenSink(file: string, text: string): TokenSink {
  let capacity = Math.max(64, text.length >>> 2);
  let kinds = new Uint8Array(capacity);
  let starts = new Uint32Array(capacity);
  let ends = new Uint32Array(capacity);
  let newlines = new Uint8Array(capacity);
  let partners = new Int32Array(capacity);
  let count = 0;
  const comments: CommentNode[] = [];
  const diagnostics: Diagnostic[] = [];

  const report = ({ start, end, message, suggestion }: LexicalProblem): void => {
    if (diagnostics.length >= MAX_DIAGNOSTICS) {
      return;
    }
    const base = { code: "rego_parse_error", severity: "error", span: { file, start, end }, message } as const;
    diagnostics.push(suggestion === undefined ? base : { ...base, suggestion });
  };

  return {
    report,
    push: (start, { kind, end, problem }, afterNewline) => {
      if (count === capacity) {
        capacity *= 2;
        kinds = grow(kinds, new Uint8Array(capacity));
        starts = grow(starts, new Uint32Array(capacity));
        ends = grow(ends, new Uint32Array(capacity));
        newlines = grow(newlines, new Uint8Array(capacity));
        partners = grow(partners, new Int32Array(capacity));
      }
      kinds[count] = problem === undefined ? kind : TokenKind.illegal;
      starts[count] = start;
      ends[count] = end;
      newlines[count] = afterNewline ? 1 : 0;
      partners[count] = -1;
      if (problem !== undefined) {
        report(problem);
      }
      count += 1;
      return count - 1;
    },
    pair: (opener, closer) => {
      partners[opener] = closer;
      partners[closer] = opener;
    },
    continuesTemplate: (index) => text[starts[index] ?? 0] === "}",
    comment: (start, end) => {
      const last = text.charCodeAt(end - 1) === 13 && end > start + 1 ? end - 1 : end;
      const atMargin = start === 0 || text[start - 1] === "\n";
      comments.push({ kind: "comment", span: { file, start, end: last }, text: text.slice(start + 1, last), atMargin });
    },
    finish: () => ({
      file,
      text,
      count,
      kinds: kinds.subarray(0, count),
      starts: starts.subarray(0, count),
      ends: ends.subarray(0, count),
      afterNewline: newlines.subarray(0, count),
      partners: partners.subarray(0, count),
      comments,
      diagnostics,
    }),
  };
}

function grow<T extends Uint8Array | Uint32Array | Int32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
