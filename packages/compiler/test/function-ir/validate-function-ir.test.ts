import { describe, expect, test } from "vitest";
import { InternalError } from "../../src/diagnostics/internal-error.ts";
import {
  binary,
  block,
  br,
  brIf,
  call,
  choose,
  drop,
  getGlobal,
  getLocal,
  i32,
  i64,
  loop,
  returnOp,
  setLocal,
  throwTag,
  when,
} from "../../src/function-ir/build-ops.ts";
import type { FunctionIr, FunctionSignature, ModuleIr, Op } from "../../src/function-ir/ops.ts";
import { validateFunctionIr } from "../../src/function-ir/validate-function-ir.ts";

const library = {
  functions: new Map<string, FunctionSignature>([["twice", { params: ["i64"], result: "i64" }]]),
  globals: new Set(["fuel"]),
};

function moduleOf(body: readonly Op[], result: FunctionIr["result"]): ModuleIr {
  const fn: FunctionIr = {
    name: "f",
    params: [{ name: "x", type: "i64" }],
    result,
    locals: [{ name: "n", type: "i32" }],
    body,
  };
  return {
    imports: [],
    functions: [fn],
    globals: [],
    tags: ["fault"],
    exports: [{ name: "f", function: "f" }],
    memory: { minPages: 1, maxPages: 1 },
    data: [],
    customSections: [],
  };
}

describe("validateFunctionIr", () => {
  test.each<[string, readonly Op[], FunctionIr["result"]]>([
    ["a value", [call("twice", getLocal("x"))], "i64"],
    ["an early return", [when(getLocal("n"), [returnOp(i64(1n))]), getLocal("x")], "i64"],
    ["a loop that is left", [block("out", [loop("again", [brIf("out", getLocal("n")), br("again")])])], undefined],
    ["a global of the library", [getGlobal("fuel")], "i32"],
    [
      "a branch that does not come back",
      [choose({ result: "i64", condition: i32(1), then: i64(1n), else: throwTag("fault", i32(3)) })],
      "i64",
    ],
  ])("accepts %s", (_, body, result) => {
    expect(() => validateFunctionIr(moduleOf(body, result), library)).not.toThrow();
  });

  test.each<[string, readonly Op[], FunctionIr["result"], string]>([
    [
      "an operand of another type",
      [setLocal("n", getLocal("x"))],
      undefined,
      "local.get leaves i64 where i32 is needed",
    ],
    ["operands of two types", [binary("i64.eq", getLocal("x"), i32(1))], "i32", "i32 leaves i32 where i64 is needed"],
    ["an unused value", [i32(1), setLocal("n", i32(2))], undefined, "the value of i32 is not used"],
    ["a missing result", [setLocal("n", i32(2))], "i64", "the body leaves none where i64 is needed"],
    ["a label from elsewhere", [block("a", []), br("a")], undefined, "no label a around"],
    ["an unknown function", [drop(call("thrice", getLocal("x")))], undefined, "no function thrice"],
    ["a wrong number of arguments", [drop(call("twice"))], undefined, "twice takes 1 arguments, not 0"],
    ["an unknown local", [setLocal("m", i32(1))], undefined, "no local m"],
    ["an unknown tag", [throwTag("other", i32(1))], undefined, "no tag other"],
    [
      "branches of two types",
      [choose({ result: "i64", condition: i32(1), then: i64(1n), else: i32(1) })],
      "i64",
      "a branch of if leaves i32 where i64 is needed",
    ],
  ])("refuses %s", (_, body, result, message) => {
    const validate = (): void => validateFunctionIr(moduleOf(body, result), library);
    expect(validate).toThrow(InternalError);
    expect(validate).toThrow(message);
  });

  test("refuses data that overlaps", () => {
    const module = moduleOf([], undefined);
    const bytes = new Uint8Array(8);
    const data = [
      { address: 1024, bytes },
      { address: 1030, bytes },
    ];
    expect(() => validateFunctionIr({ ...module, data }, library)).toThrow("data at 1030 overlaps");
  });
});
