/** Reads a module that is known to be valid: what ends early or runs over is a bug of ours. */
export interface ByteCursor {
  readonly bytes: Uint8Array;
  at: number;
}

export function byteAt(cursor: ByteCursor): number {
  const byte = cursor.bytes[cursor.at++];
  if (byte === undefined) throw new RangeError("a valid module ends early");
  return byte;
}

/** An unsigned LEB128 number of 32 bits. */
export function readUnsigned(cursor: ByteCursor): number {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = byteAt(cursor);
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return value;
  }
}

/** Any LEB128 number, of which nobody needs the value. */
export function skipNumber(cursor: ByteCursor): void {
  while (byteAt(cursor) >= 0x80);
}

/** Unsigned LEB128. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}

/** Signed LEB128 of a number that is not negative. */
export function positive(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x40; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return [...bytes, rest];
}

/** A text or a section's content: its length and its bytes. */
export function sized(bytes: ArrayLike<number>): number[] {
  return [...unsigned(bytes.length), ...Array.from(bytes)];
}
