import { BuiltinError } from "@flyball/engine";
import type { RegoValue } from "@flyball/engine/values";
import { MAX_TEXT } from "../limits.ts";
import { formatArgument, plainText } from "./format-argument.ts";
import { type FormatArgument, toFormatArgument } from "./format-argument-kind.ts";
import { type FormatState, plainState } from "./format-state.ts";

/** Numbers in a format (`%3d`, `%[2]d`) beyond this are none to Go. */
const TOO_LARGE = 1_000_000;

/** Where the format is read and which argument is next. */
interface Reader {
  readonly format: string;
  readonly args: readonly FormatArgument[];
  at: number;
  next: number;
  reordered: boolean;
  goodIndex: boolean;
  /** What was written before the verb: complaints about a width or a precision. */
  complaints: string;
}

/**
 * `sprintf` as Go's fmt.Sprintf prints it, mistakes included: `%!d(string=x)`, `%!d(MISSING)`, `%!(EXTRA int64=1)`.
 * Source: Go 1.26, the documentation of package fmt and what its programs print. Throws `BuiltinError` for a text beyond `MAX_TEXT`.
 */
export function formatGo(format: string, operands: readonly RegoValue[]): string {
  const reader: Reader = {
    format,
    args: operands.map(toFormatArgument),
    at: 0,
    next: 0,
    reordered: false,
    goodIndex: true,
    complaints: "",
  };
  const { args } = reader;
  let text = "";
  while (reader.at < format.length) {
    const percent = format.indexOf("%", reader.at);
    text += format.slice(reader.at, percent < 0 ? format.length : percent);
    if (percent < 0) break;
    reader.at = percent + 1;
    text += formatVerb(reader);
    if (text.length > MAX_TEXT) throw new BuiltinError("the text is too long", { fatal: true });
  }
  if (reader.reordered || reader.next >= args.length) return text;
  const extra = args.slice(reader.next).map((arg) => `${arg.type}=${plainText(arg)}`);
  return `${text}%!(EXTRA ${extra.join(", ")})`;
}

function formatVerb(reader: Reader): string {
  const { format, args } = reader;
  reader.goodIndex = true;
  reader.complaints = "";
  const state = plainState();
  while (readFlag(state, format.charAt(reader.at))) reader.at++;
  const afterIndex = readPrecision(reader, state, readWidth(reader, state, readIndex(reader)));
  if (!afterIndex) readIndex(reader);
  if (reader.at >= format.length) return `${reader.complaints}%!(NOVERB)`;
  const verb = String.fromCodePoint(format.codePointAt(reader.at) ?? 0);
  reader.at += verb.length;
  return reader.complaints + verbText(reader, state, verb, args[reader.next]);
}

function verbText(reader: Reader, state: FormatState, verb: string, arg: FormatArgument | undefined): string {
  if (verb === "%") return "%";
  if (!reader.goodIndex) return `%!${verb}(BADINDEX)`;
  if (arg === undefined) return `%!${verb}(MISSING)`;
  if (verb === "v" || verb === "w") {
    [state.sharpV, state.sharp] = [state.sharp, false];
    [state.plusV, state.plus] = [state.plus, false];
  }
  reader.next++;
  return formatArgument(arg, verb, state);
}

function readFlag(state: FormatState, character: string): boolean {
  switch (character) {
    case "#":
      state.sharp = true;
      return true;
    case "0":
      state.zero = true;
      return true;
    case "+":
      state.plus = true;
      return true;
    case "-":
      state.minus = true;
      return true;
    case " ":
      state.space = true;
      return true;
    default:
      return false;
  }
}

/** Answers whether the last thing read was an index. */
function readWidth(reader: Reader, state: FormatState, afterIndex: boolean): boolean {
  if (reader.format.charAt(reader.at) === "*") {
    reader.at++;
    const width = countFromArgument(reader);
    if (width === undefined) {
      reader.complaints += "%!(BADWIDTH)";
    } else {
      state.width = Math.abs(width);
      if (width < 0) [state.minus, state.zero] = [true, false];
    }
    return false;
  }
  state.width = readCount(reader, reader.format.length);
  if (afterIndex && state.width !== undefined) reader.goodIndex = false;
  return afterIndex;
}

function readPrecision(reader: Reader, state: FormatState, afterWidthIndex: boolean): boolean {
  const { format } = reader;
  // Go takes a point at the very end for the verb.
  if (format.charAt(reader.at) !== "." || reader.at + 1 >= format.length) return afterWidthIndex;
  reader.at++;
  if (afterWidthIndex) reader.goodIndex = false;
  const afterIndex = readIndex(reader);
  if (format.charAt(reader.at) !== "*") {
    state.precision = readCount(reader, format.length) ?? 0;
    return afterIndex;
  }
  reader.at++;
  const precision = countFromArgument(reader);
  if (precision === undefined || precision < 0) reader.complaints += "%!(BADPREC)";
  else state.precision = precision;
  return false;
}

/** Digits, at most up to `end`; undefined where there are none. A number that is too large ends the format. */
function readCount(reader: Reader, end: number): number | undefined {
  let count: number | undefined;
  while (reader.at < end) {
    const digit = reader.format.charCodeAt(reader.at) - 48;
    if (!(digit >= 0 && digit <= 9)) break;
    if ((count ?? 0) > TOO_LARGE) {
      reader.at = end;
      return undefined;
    }
    count = (count ?? 0) * 10 + digit;
    reader.at++;
  }
  return count;
}

/** `[n]`: answers whether there was a number in brackets. */
function readIndex(reader: Reader): boolean {
  const { format, args } = reader;
  if (format.charAt(reader.at) !== "[") return false;
  reader.reordered = true;
  const close = format.indexOf("]", reader.at + 1);
  if (close < 0 || format.length - reader.at < 3) {
    reader.goodIndex = false;
    reader.at++;
    return false;
  }
  reader.at++;
  const index = readCount(reader, close);
  const whole = index !== undefined && reader.at === close;
  reader.at = close + 1;
  if (whole && index >= 1 && index <= args.length) {
    reader.next = index - 1;
    return true;
  }
  reader.goodIndex = false;
  return whole;
}

/** The argument that a `*` stands for; undefined when it is no integer of at most a million. */
function countFromArgument(reader: Reader): number | undefined {
  const arg = reader.args[reader.next];
  if (arg === undefined) return undefined;
  reader.next++;
  if (arg.kind !== "integer" || arg.value > BigInt(TOO_LARGE) || arg.value < BigInt(-TOO_LARGE)) return undefined;
  return Number(arg.value);
}
