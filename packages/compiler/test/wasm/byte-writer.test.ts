import { describe, expect, test } from "vitest";
import { createByteReader } from "../../src/wasm/byte-reader.ts";
import { createByteWriter } from "../../src/wasm/byte-writer.ts";

function written(write: (writer: ReturnType<typeof createByteWriter>) => void): number[] {
  const writer = createByteWriter();
  write(writer);
  return [...writer.take()];
}

describe("createByteWriter", () => {
  // Known answers: WebAssembly core specification, "Integers", and the examples of Wikipedia's article on LEB128.
  test("writes unsigned numbers in as few bytes as they need", () => {
    expect(written((writer) => writer.u32(0))).toEqual([0]);
    expect(written((writer) => writer.u32(127))).toEqual([0x7f]);
    expect(written((writer) => writer.u32(128))).toEqual([0x80, 0x01]);
    expect(written((writer) => writer.u32(624485))).toEqual([0xe5, 0x8e, 0x26]);
    expect(written((writer) => writer.u32(0xffff_ffff))).toEqual([0xff, 0xff, 0xff, 0xff, 0x0f]);
  });

  test("writes signed numbers with their sign in the last byte", () => {
    expect(written((writer) => writer.s32(63))).toEqual([0x3f]);
    expect(written((writer) => writer.s32(64))).toEqual([0xc0, 0x00]);
    expect(written((writer) => writer.s32(-1))).toEqual([0x7f]);
    expect(written((writer) => writer.s32(-123456))).toEqual([0xc0, 0xbb, 0x78]);
    expect(written((writer) => writer.s64(-(1n << 63n))).at(-1)).toBe(0x7f);
  });

  test("takes an unsigned word for its negative twin where a signed one is asked for", () => {
    expect(written((writer) => writer.s32(0xffff_ffff))).toEqual([0x7f]);
    expect(written((writer) => writer.s64(0xffff_ffff_ffff_ffffn))).toEqual([0x7f]);
  });

  test("is read back by the reader at every width", () => {
    for (let bit = 0; bit < 64; bit++) {
      for (const value of [1n << BigInt(bit), -(1n << BigInt(bit)), (1n << BigInt(bit)) - 1n]) {
        const signed = BigInt.asIntN(64, value);
        const bytes = createByteWriter();
        bytes.s64(signed);
        bytes.s32(Number(BigInt.asIntN(32, value)));
        bytes.u32(Number(BigInt.asUintN(32, value)));
        const reader = createByteReader(bytes.take());
        expect([reader.s64(), reader.s32(), reader.u32(), reader.done]).toEqual([
          signed,
          Number(BigInt.asIntN(32, value)),
          Number(BigInt.asUintN(32, value)),
          true,
        ]);
      }
    }
  });

  test("prefixes names with their length in bytes", () => {
    expect(written((writer) => writer.name("aé"))).toEqual([3, 0x61, 0xc3, 0xa9]);
  });
});
