/** A growing byte buffer with the number encodings of the WebAssembly binary format. */
export interface ByteWriter {
  readonly length: number;
  u8(value: number): void;
  /** Unsigned LEB128 of an integer in 0..2^32-1. */
  u32(value: number): void;
  /** Signed LEB128 of a 32-bit integer; values in 2^31..2^32-1 stand for their negative twins. */
  s32(value: number): void;
  /** Signed LEB128 of a 64-bit integer, likewise. */
  s64(value: bigint): void;
  f64(value: number): void;
  bytes(value: Uint8Array): void;
  /** Length-prefixed UTF-8. */
  name(value: string): void;
  /** Length-prefixed bytes. */
  sized(value: Uint8Array): void;
  take(): Uint8Array<ArrayBuffer>;
}

const encoder = new TextEncoder();

export function createByteWriter(): ByteWriter {
  let buffer = new Uint8Array(256);
  let length = 0;

  function reserve(count: number): void {
    if (length + count <= buffer.length) return;
    const larger = new Uint8Array(Math.max(buffer.length * 2, length + count));
    larger.set(buffer.subarray(0, length));
    buffer = larger;
  }

  const writer: ByteWriter = {
    get length() {
      return length;
    },
    u8(value) {
      reserve(1);
      buffer[length++] = value;
    },
    u32(value) {
      reserve(5);
      let rest = value >>> 0;
      while (rest >= 0x80) {
        buffer[length++] = (rest & 0x7f) | 0x80;
        rest >>>= 7;
      }
      buffer[length++] = rest;
    },
    s32(value) {
      reserve(5);
      let rest = value | 0;
      for (;;) {
        const byte = rest & 0x7f;
        rest >>= 7;
        const done = (rest === 0 && (byte & 0x40) === 0) || (rest === -1 && (byte & 0x40) !== 0);
        buffer[length++] = done ? byte : byte | 0x80;
        if (done) return;
      }
    },
    s64(value) {
      reserve(10);
      let rest = BigInt.asIntN(64, value);
      for (;;) {
        const byte = Number(rest & 0x7fn);
        rest >>= 7n;
        const done = (rest === 0n && (byte & 0x40) === 0) || (rest === -1n && (byte & 0x40) !== 0);
        buffer[length++] = done ? byte : byte | 0x80;
        if (done) return;
      }
    },
    f64(value) {
      reserve(8);
      new DataView(buffer.buffer).setFloat64(length, value, true);
      length += 8;
    },
    bytes(value) {
      reserve(value.length);
      buffer.set(value, length);
      length += value.length;
    },
    name(value) {
      writer.sized(encoder.encode(value));
    },
    sized(value) {
      writer.u32(value.length);
      writer.bytes(value);
    },
    take() {
      return buffer.slice(0, length);
    },
  };
  return writer;
}
