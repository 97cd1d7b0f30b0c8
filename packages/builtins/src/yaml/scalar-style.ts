import { resolveScalar } from "./resolve-scalar.ts";

/** How a text is written, as go-yaml 3 chooses. */
export type ScalarStyle = "plain" | "single" | "double" | "literal";

const OLD_BOOLEANS = /^(?:[yYnN]|yes|Yes|YES|no|No|NO|on|On|ON|off|Off|OFF)$/;
const SIXTIES = /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/;
const BREAK = "[\\r\\n\\u0085\\u2028\\u2029]";
const BLANK_OR_END = "(?=[ \\t]|$)";

/** Characters that may stand in a text as they are: no controls, no byte order mark, nothing beyond the basic plane. */
const PRINTABLE = "\\n\\x20-\\x7e\\u00a0-\\ud7ff\\ue000-\\ufefe\\uff00-\\ufffd";
const SPECIAL = new RegExp(`[^${PRINTABLE}\\t]`, "u");
const SPACE_BEFORE_BREAK = new RegExp(` ${BREAK}`);
const HAS_BREAK = new RegExp(BREAK);
const INDICATOR_FIRST = new RegExp(`^(?:---|\\.\\.\\.|[#,[\\]{}&*!|>'"%@\`]|[?:-]${BLANK_OR_END})`);
const INDICATOR_INSIDE = new RegExp(`.:${BLANK_OR_END}|[ \\t\\r\\n\\u0085\\u2028\\u2029]#`, "s");

export function scalarStyle(text: string, { isKey }: { readonly isKey: boolean }): ScalarStyle {
  const { tag } = resolveScalar(text);
  const resolvesToText = (tag === "text" || tag === "merge") && !isTimestamp(text);
  const wanted = text.includes("\n")
    ? "literal"
    : resolvesToText && !OLD_BOOLEANS.test(text) && !SIXTIES.test(text)
      ? "plain"
      : "double";
  if (wanted === "double") return "double";
  const isSpecial = SPECIAL.test(text) || SPACE_BEFORE_BREAK.test(text);
  if (wanted === "literal") return isKey || isSpecial || text.endsWith(" ") || text === "" ? "double" : "literal";
  const isPlain =
    !isSpecial &&
    !text.includes("\t") &&
    !HAS_BREAK.test(text) &&
    !/^ | $/.test(text) &&
    !INDICATOR_FIRST.test(text) &&
    !INDICATOR_INSIDE.test(text) &&
    !(text === "" && isKey);
  if (isPlain) return "plain";
  return isSpecial || text.includes("\t") || HAS_BREAK.test(text) ? "double" : "single";
}

const TIMESTAMP =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})| (\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.\d+)?)?$/;

/** A date or a time, which plain would be read as one. */
function isTimestamp(text: string): boolean {
  const match = TIMESTAMP.exec(text);
  if (match === null) return false;
  const [year = 0, month = 0, day = 0, ...clock] = match.slice(1).map((field) => Number(field ?? 0));
  const [hour = 0, minute = 0, second = 0] = clock.map((field, index) => field + (clock[index + 3] ?? 0));
  const lastDay = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
  return month >= 1 && month <= 12 && day >= 1 && day <= lastDay && hour < 24 && minute < 60 && second < 60;
}

const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ["\0", "\\0"],
  ["\u0007", "\\a"],
  ["\b", "\\b"],
  ["\t", "\\t"],
  ["\n", "\\n"],
  ["\v", "\\v"],
  ["\f", "\\f"],
  ["\r", "\\r"],
  ["\u001b", "\\e"],
  ['"', '\\"'],
  ["\\", "\\\\"],
  ["\u0085", "\\N"],
  ["\u00a0", "\\_"],
  ["\u2028", "\\L"],
  ["\u2029", "\\P"],
]);

const ESCAPED = new RegExp(`["\\\\\\n\\u2028\\u2029]|[^${PRINTABLE}]`, "gu");

export function doubleQuoted(text: string): string {
  const escaped = text.replace(ESCAPED, (character) => SHORT_ESCAPES.get(character) ?? hexEscape(character));
  return `"${escaped}"`;
}

function hexEscape(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const [letter, width] =
    code <= 0xff ? (["x", 2] as const) : code <= 0xffff ? (["u", 4] as const) : (["U", 8] as const);
  return `\\${letter}${code.toString(16).toUpperCase().padStart(width, "0")}`;
}
