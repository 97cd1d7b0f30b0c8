const CODES = { red: 31, green: 32, yellow: 33, cyan: 36, bold: 1, dim: 2 } as const;

export type Paint = (style: keyof typeof CODES, text: string) => string;

/** Puts text in colours where the stream shows them, and leaves it as it is elsewhere. */
export function painter(colours: boolean): Paint {
  return colours ? (style, text) => `\u001B[${CODES[style]}m${text}\u001B[0m` : (_, text) => text;
}
