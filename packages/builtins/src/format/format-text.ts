import { cutToPrecision, type FormatState, padded } from "./format-state.ts";
import { canBackquote, quoteGo } from "./quote-go.ts";

/** A string under a verb; undefined where the verb is not for strings. */
export function formatText(value: string, verb: string, state: FormatState): string | undefined {
  switch (verb) {
    case "s":
      return padded(cutToPrecision(value, state), state);
    case "v":
      return state.sharpV ? quoted(value, state) : padded(cutToPrecision(value, state), state);
    case "q":
      return quoted(value, state);
    case "x":
    case "X":
      return padded(hexText(value, verb, state), state);
    default:
      return undefined;
  }
}

function quoted(value: string, state: FormatState): string {
  const cut = cutToPrecision(value, state);
  return padded(state.sharp && canBackquote(cut) ? `\`${cut}\`` : quoteGo(cut, { ascii: state.plus }), state);
}

/** Two digits for each byte; the precision counts bytes. */
function hexText(value: string, verb: string, { precision, sharp, space }: FormatState): string {
  const bytes = new TextEncoder().encode(value).subarray(0, precision);
  if (bytes.length === 0) return "";
  const pairs = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"));
  const prefix = sharp ? "0x" : "";
  const text = space ? pairs.map((pair) => prefix + pair).join(" ") : prefix + pairs.join("");
  return verb === "X" ? text.toUpperCase() : text;
}
