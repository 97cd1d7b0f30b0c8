import type { FormatArgument } from "./format-argument-kind.ts";
import { formatFloat } from "./format-float.ts";
import { formatBigInteger, formatInteger } from "./format-integer.ts";
import { cutToPrecision, type FormatState, padded, plainState } from "./format-state.ts";
import { formatText } from "./format-text.ts";

/** One operand under one verb. */
export function formatArgument(arg: FormatArgument, verb: string, state: FormatState): string {
  if (verb === "T") return padded(cutToPrecision(arg.type, state), state);
  return formatKind(arg, verb, state) ?? `%!${verb}(${arg.type}=${formatKind(arg, "v", state) ?? ""})`;
}

export function plainText(arg: FormatArgument): string {
  return formatArgument(arg, "v", plainState());
}

/** Undefined where the verb is not for this kind. */
function formatKind(arg: FormatArgument, verb: string, state: FormatState): string | undefined {
  switch (arg.kind) {
    case "integer":
      return formatInteger(arg.value, verb, state);
    case "big":
      // A big.Int writes its own complaint.
      return formatBigInteger(arg.value, verb, state) ?? `%!${verb}(big.Int=${arg.value})`;
    case "float":
      return formatFloat(arg.value, verb, state);
    case "text":
      return formatText(arg.value, verb, state);
  }
}
