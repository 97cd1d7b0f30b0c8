import { InternalError } from "../diagnostics/internal-error.ts";

/** Reads the number encodings of the WebAssembly binary format. For modules of our own making: what is malformed is a bug. */
export interface ByteReader {
  readonly position: number;
  readonly done: boolean;
  u8(): number;
  u32(): number;
  s32(): number;
  s64(): bigint;
  f64(): number;
  bytes(count: number): Uint8Array;
  name(): string;
}

const decoder = new TextDecoder("utf-8", { fatal: true });

export function createByteReader(source: Uint8Array): ByteReader {
  let position = 0;

  const reader: ByteReader = {
    get position() {
      return position;
    },
    get done() {
      return position >= source.length;
    },
    u8() {
      const byte = source[position];
      if (byte === undefined) throw new InternalError("a module of the compiler's own ends early");
      position++;
      return byte;
    },
    u32() {
      let value = 0;
      let shift = 0;
      for (;;) {
        const byte = reader.u8();
        value |= (byte & 0x7f) << shift;
        if (byte < 0x80) return value >>> 0;
        shift += 7;
      }
    },
    s32() {
      let value = 0;
      let shift = 0;
      for (;;) {
        const byte = reader.u8();
        value |= (byte & 0x7f) << shift;
        shift += 7;
        if (byte < 0x80) return shift < 32 && (byte & 0x40) !== 0 ? value | (-1 << shift) : value | 0;
      }
    },
    s64() {
      let value = 0n;
      let shift = 0n;
      for (;;) {
        const byte = reader.u8();
        value |= BigInt(byte & 0x7f) << shift;
        shift += 7n;
        if (byte < 0x80) return BigInt.asIntN(Math.min(64, Number(shift)), value);
      }
    },
    f64() {
      const bytes = reader.bytes(8);
      return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
    },
    bytes(count) {
      if (position + count > source.length) throw new InternalError("a module of the compiler's own ends early");
      position += count;
      return source.subarray(position - count, position);
    },
    name() {
      return decoder.decode(reader.bytes(reader.u32()));
    },
  };
  return reader;
}
