import binaryen from "binaryen";
import { describe, expect, test } from "vitest";
import { compile } from "../../src/compile.ts";

const policy = `package p
default x := "none"
x := y if {
	some item in input.items
	y := sprintf("%v %v", [upper(item.name), item.amount * 0.1])
	regex.match("^A", item.name)
	z with input.items as [1]
}
z if count(input.items) == data.counts.one`;

describe("a module", () => {
  test.each([true, false])("is valid to a reader other than V8 (frame: %s)", (frame) => {
    const { wasm, diagnostics } = compile({ modules: { "p.rego": policy }, entrypoints: ["p/x"], frame });
    expect(diagnostics).toEqual([]);
    if (wasm === undefined) throw new Error("not compiled");
    const module = binaryen.readBinary(wasm);
    const { Features } = binaryen;
    // The legacy exception handling, and what every engine has had for years.
    module.setFeatures(
      Features.ExceptionHandling |
        Features.BulkMemory |
        Features.BulkMemoryOpt |
        Features.SignExt |
        Features.MutableGlobals |
        Features.NontrappingFPToInt,
    );
    expect(module.validate()).toBe(1);
    module.dispose();
  });
});
