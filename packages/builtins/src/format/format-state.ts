import { countCodePoints } from "../code-points.ts";

/** Flags, width and precision of one verb. `sharpV` and `plusV` are `#` and `+` in front of `%v`, which mean something else there. */
export interface FormatState {
  sharp: boolean;
  zero: boolean;
  plus: boolean;
  minus: boolean;
  space: boolean;
  sharpV: boolean;
  plusV: boolean;
  width: number | undefined;
  precision: number | undefined;
}

export function plainState(): FormatState {
  return {
    sharp: false,
    zero: false,
    plus: false,
    minus: false,
    space: false,
    sharpV: false,
    plusV: false,
    width: undefined,
    precision: undefined,
  };
}

/** Fills up to the width, which counts code points. With the flag 0 the fill is zeros, unless `zeros` is false. */
export function padded(text: string, state: FormatState, options: { readonly zeros?: boolean } = {}): string {
  if (state.width === undefined) return text;
  const missing = state.width - countCodePoints(text);
  if (missing <= 0) return text;
  if (state.minus) return text + " ".repeat(missing);
  return (state.zero && options.zeros !== false ? "0" : " ").repeat(missing) + text;
}

export function cutToPrecision(text: string, state: FormatState): string {
  if (state.precision === undefined || text.length <= state.precision) return text;
  return Array.from(text).slice(0, state.precision).join("");
}
