import { decimalOf, isNumber, numberText, type RegoNumeric, type RegoValue } from "@flyball/engine/values";
import { regoText } from "./rego-text.ts";

/** What Go's fmt package sees of an operand: OPA hands it integers, doubles and texts. */
type Argument =
  | { readonly kind: "int"; readonly value: bigint; readonly type: "int" | "*big.Int" }
  | { readonly kind: "float64"; readonly value: number; readonly type: "float64" }
  | { readonly kind: "string"; readonly value: string; readonly type: "string" };

interface Directive {
  readonly flags: string;
  readonly width: number | undefined;
  readonly precision: number | undefined;
  readonly verb: string;
}

/**
 * `sprintf` as Go's fmt.Sprintf prints it, mistakes included: `%!d(string=x)`, `%!d(MISSING)`, `%!(EXTRA int=1)`.
 * Source: the documentation of Go's package fmt.
 */
export function formatGo(format: string, operands: readonly RegoValue[]): string {
  const args = operands.map(toArgument);
  let next = 0;
  let reordered = false;
  let text = "";
  let at = 0;
  const pattern = /%([-+# 0]*)((?:\[\d+\])?\*|\d+)?(?:\.((?:\[\d+\])?\*|\d*))?(\[\d+\])?(.)?/suy;
  while (at < format.length) {
    const percent = format.indexOf("%", at);
    if (percent < 0) break;
    text += format.slice(at, percent);
    pattern.lastIndex = percent;
    const match = pattern.exec(format);
    if (match === null) break;
    at = percent + match[0].length;
    const star = (field: string | undefined): number | undefined => {
      if (field === undefined) return undefined;
      if (!field.endsWith("*")) return field === "" ? 0 : Number(field);
      if (field.startsWith("[")) next = Number(field.slice(1, field.indexOf("]"))) - 1;
      const arg = args[next++];
      return arg?.kind === "int" ? Number(arg.value) : undefined;
    };
    const width = star(match[2]);
    const precision = star(match[3]);
    if (match[4] !== undefined) {
      next = Number(match[4].slice(1, -1)) - 1;
      reordered = true;
    }
    const verb = match[5];
    if (verb === undefined) {
      text += "%!(NOVERB)";
      break;
    }
    if (verb === "%") {
      text += "%";
      continue;
    }
    const arg = args[next];
    if (arg === undefined) {
      text += match[4] === undefined ? `%!${verb}(MISSING)` : `%!${verb}(BADINDEX)`;
      continue;
    }
    next++;
    const flags = width !== undefined && width < 0 ? `${match[1] ?? ""}-` : (match[1] ?? "");
    text += formatArgument(arg, { flags, width: width === undefined ? undefined : Math.abs(width), precision, verb });
  }
  text += format.slice(at);
  if (!reordered && next < args.length)
    text += `%!(EXTRA ${args
      .slice(next)
      .map((arg) => `${arg.type}=${plain(arg)}`)
      .join(", ")})`;
  return text;
}

function toArgument(value: RegoValue): Argument {
  if (typeof value === "string") return { kind: "string", value, type: "string" };
  if (!isNumber(value)) return { kind: "string", value: regoText(value), type: "string" };
  const integer = integerOf(value);
  if (integer === undefined) {
    const double = Number(numberText(value));
    return Number.isFinite(double)
      ? { kind: "float64", value: double, type: "float64" }
      : { kind: "string", value: numberText(value), type: "string" };
  }
  return { kind: "int", value: integer, type: BigInt.asIntN(64, integer) === integer ? "int" : "*big.Int" };
}

function integerOf(value: RegoNumeric): bigint | undefined {
  const { coefficient, exponent } = decimalOf(value);
  return exponent < 0 ? undefined : coefficient * 10n ** BigInt(exponent);
}

function plain(arg: Argument): string {
  return arg.kind === "float64"
    ? floatText(arg.value, { flags: "", width: undefined, precision: undefined, verb: "g" })
    : String(arg.value);
}

function formatArgument(arg: Argument, directive: Directive): string {
  if (directive.verb === "T") return pad(arg.type, directive);
  const text =
    arg.kind === "int"
      ? integerText(
          arg.value,
          arg.type === "*big.Int" && directive.verb === "s" ? { ...directive, verb: "d" } : directive,
        )
      : arg.kind === "float64"
        ? floatVerb(arg.value, directive)
        : stringText(arg.value, directive);
  return text ?? `%!${directive.verb}(${arg.type}=${padWrong(arg, directive)})`;
}

/** A wrong verb prints the value with the directive's width. */
function padWrong(arg: Argument, directive: Directive): string {
  return formatArgument(arg, { ...directive, verb: "v" });
}

const BASES: Readonly<Record<string, number>> = { d: 10, v: 10, b: 2, o: 8, O: 8, x: 16, X: 16 };

function integerText(value: bigint, directive: Directive): string | undefined {
  const { flags, verb, precision } = directive;
  const base = BASES[verb];
  if (base === undefined) return characterText(value, directive);
  const negative = value < 0n;
  let digits = (negative ? -value : value).toString(base);
  if (precision !== undefined) digits = precision === 0 && value === 0n ? "" : digits.padStart(precision, "0");
  const prefix =
    verb === "O" || (flags.includes("#") && verb === "o")
      ? verb === "O"
        ? "0o"
        : "0"
      : flags.includes("#")
        ? ({ b: "0b", x: "0x", X: "0X" }[verb] ?? "")
        : "";
  const sign = negative ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  if (verb === "X") digits = digits.toUpperCase();
  const zeros = flags.includes("0") && !flags.includes("-") && precision === undefined && directive.width !== undefined;
  if (zeros) digits = digits.padStart((directive.width ?? 0) - sign.length, "0");
  return pad(sign + prefix + digits, directive, { zeros: false });
}

function characterText(value: bigint, directive: Directive): string | undefined {
  const valid = value >= 0n && value <= 0x10ffffn && !(value >= 0xd800n && value <= 0xdfffn);
  const character = valid ? String.fromCodePoint(Number(value)) : "\ufffd";
  if (directive.verb === "c") return pad(character, directive);
  if (directive.verb === "q")
    return pad(
      `'${character === "'" || character === "\\" ? `\\${character}` : quote(character).slice(1, -1).replaceAll('\\"', '"')}'`,
      directive,
    );
  if (directive.verb === "U") return pad(`U+${value.toString(16).toUpperCase().padStart(4, "0")}`, directive);
  return undefined;
}

function floatVerb(value: number, directive: Directive): string | undefined {
  return "eEfFgGv".includes(directive.verb) ? floatText(value, directive) : undefined;
}

function floatText(value: number, directive: Directive): string {
  const { flags, precision } = directive;
  const verb = directive.verb === "v" ? "g" : directive.verb;
  const magnitude = Math.abs(value);
  const digits = floatDigits(magnitude, verb, precision);
  const sign = value < 0 ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  const zeros = flags.includes("0") && !flags.includes("-") && directive.width !== undefined;
  const body = zeros ? digits.padStart((directive.width ?? 0) - sign.length, "0") : digits;
  return pad(sign + (verb === "E" || verb === "G" ? body.toUpperCase() : body), directive, { zeros: false });
}

function floatDigits(value: number, verb: string, precision: number | undefined): string {
  if (verb === "f" || verb === "F") return fixed(value, precision ?? 6);
  if (verb === "e" || verb === "E") return exponential(value, precision ?? 6);
  // %g: shortest, or so many significant digits. An exponent is written below -4 and from the precision on; the shortest form counts as 6.
  const significant = precision === undefined ? undefined : Math.max(1, precision);
  const scientific =
    significant === undefined ? value.toExponential() : value.toExponential(Math.min(100, significant - 1));
  const [mantissa = "0", exponentText = "0"] = scientific.split("e");
  const exponent = Number(exponentText);
  const stripped = mantissa.includes(".") ? mantissa.replace(/\.?0+$/, "") : mantissa;
  const limit = significant ?? 6;
  if (exponent < -4 || exponent >= limit)
    return `${stripped}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  const decimals = Math.max(0, stripped.replace(".", "").length - 1 - exponent);
  return fixed(value, decimals);
}

function exponential(value: number, precision: number): string {
  const [mantissa = "0", exponent = "0"] = value.toExponential(Math.min(100, precision)).split("e");
  return `${mantissa}e${Number(exponent) < 0 ? "-" : "+"}${String(Math.abs(Number(exponent))).padStart(2, "0")}`;
}

/** `toFixed` writes an exponent from 1e21 on; such doubles are integers. */
function fixed(value: number, decimals: number): string {
  if (value < 1e21) return value.toFixed(Math.min(100, decimals));
  return BigInt(value).toString() + (decimals > 0 ? `.${"0".repeat(decimals)}` : "");
}

function stringText(value: string, directive: Directive): string | undefined {
  const { verb, precision, flags } = directive;
  const cut = precision === undefined ? value : [...value].slice(0, precision).join("");
  switch (verb) {
    case "s":
    case "v":
      return pad(cut, directive);
    case "q":
      return pad(flags.includes("#") && !cut.includes("`") ? `\`${cut}\`` : quote(cut), directive);
    case "x":
    case "X": {
      const hex = Array.from(new TextEncoder().encode(cut), (byte) => byte.toString(16).padStart(2, "0")).join(
        flags.includes(" ") ? " " : "",
      );
      return pad(verb === "X" ? hex.toUpperCase() : hex, directive);
    }
    default:
      return undefined;
  }
}

/** Go's strconv.Quote: printable characters stay. */
function quote(text: string): string {
  let quoted = '"';
  for (const character of text)
    quoted += ESCAPES[character] ?? (isPrintable(character) ? character : escaped(character));
  return `${quoted}"`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\u0007": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

function isPrintable(character: string): boolean {
  return character === " " || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character);
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${code.toString(16).padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${code.toString(16).padStart(4, "0")}` : `\\U${code.toString(16).padStart(8, "0")}`;
}

function pad(text: string, { flags, width }: Directive, options: { readonly zeros?: boolean } = {}): string {
  const missing = (width ?? 0) - [...text].length;
  if (missing <= 0) return text;
  if (flags.includes("-")) return text + " ".repeat(missing);
  return (flags.includes("0") && options.zeros !== false ? "0" : " ").repeat(missing) + text;
}
