import { describe, expect, test } from "vitest";
import { call, drop, getLocal, i32, i64, setGlobal, throwTag, tryCatch } from "../../src/function-ir/build-ops.ts";
import type { FunctionIr, ModuleIr } from "../../src/function-ir/ops.ts";
import { runtimeLibrary } from "../../src/link/embedded-library.ts";
import { emitModule, FAULT_FUNCTION } from "../../src/link/emit-module.ts";
import { ModuleLimitError } from "../../src/link/module-limit-error.ts";

const library = runtimeLibrary();

const fault: FunctionIr = {
  name: FAULT_FUNCTION,
  params: [{ name: "status", type: "i32" }],
  result: undefined,
  locals: [],
  body: [throwTag("fault", getLocal("status"))],
};

function moduleOf(functions: readonly FunctionIr[]): ModuleIr {
  return {
    imports: [],
    functions: [...functions, fault],
    globals: [],
    tags: ["fault"],
    exports: functions.map(({ name }) => ({ name, function: name })),
    memory: { minPages: 1, maxPages: 4 },
    data: [],
    customSections: [],
  };
}

/** A function that passes its arguments to one of the library. */
function wrapper(name: string): FunctionIr {
  const signature = library.signatures.get(name);
  if (signature === undefined) throw new Error(`no ${name}`);
  const params = signature.params.map((type, index) => ({ name: `p${index}`, type }));
  const result = call(name, ...params.map((param) => getLocal(param.name)));
  return { name: `wrapped ${name}`, params, result: signature.result, locals: [], body: [result] };
}

describe("emitModule", () => {
  test("relocates every function of the run-time library", () => {
    const bytes = emitModule(moduleOf([...library.signatures.keys()].map(wrapper)), library);
    expect(WebAssembly.validate(bytes)).toBe(true);
  });

  test("names functions for profilers, where it is asked to", () => {
    const ir = moduleOf(["value_equal", "b_upper"].map(wrapper));
    const [section] = WebAssembly.Module.customSections(
      new WebAssembly.Module(emitModule(ir, library, { names: true })),
      "name",
    );
    const text = new TextDecoder().decode(section);
    for (const name of ["wrapped value_equal", "wrapped b_upper", FAULT_FUNCTION]) expect(text).toContain(name);
    expect(WebAssembly.Module.customSections(new WebAssembly.Module(emitModule(ir, library)), "name")).toEqual([]);
  });

  test("takes only what is reached", () => {
    const small = emitModule(moduleOf([wrapper("value_type")]), library);
    const large = emitModule(moduleOf([wrapper("b_sprintf")]), library);
    expect(small.length).toBeLessThan(400);
    expect(large.length).toBeGreaterThan(10 * small.length);
    expect(WebAssembly.Module.imports(new WebAssembly.Module(small))).toEqual([]);
  });

  test("keeps static data where the library's code looks for it", () => {
    const upper = library.reach(["b_upper"], []);
    expect(upper.data.length).toBeGreaterThan(0);
    expect(library.reach(["value_type"], []).data).toEqual([]);
  });

  test("turns the library's faults into the module's exception", () => {
    const caught: FunctionIr = {
      name: "caught",
      params: [],
      result: "i32",
      locals: [{ name: "status", type: "i32" }],
      body: [
        setGlobal("fuel", i32(2)),
        tryCatch({ body: [call("spend", i32(3))], tag: "fault", caught: "status", handler: [] }),
        getLocal("status"),
      ],
    };
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(emitModule(moduleOf([caught]), library)));
    expect((exports as { caught: () => number }).caught()).toBe(3);
  });

  test("refuses a function that engines would refuse", () => {
    const body = Array.from({ length: 800_000 }, () => drop(i64(0xfffc_0000_0000_1000n)));
    const large: FunctionIr = { name: "large", params: [], result: undefined, locals: [], body };
    expect(() => emitModule(moduleOf([large]), library)).toThrow(ModuleLimitError);
    expect(() => emitModule(moduleOf([{ ...large, body: body.slice(0, 500_000) }]), library)).not.toThrow();
  });

  test("gives the same bytes for the same module", () => {
    const module = moduleOf([wrapper("value_compare"), wrapper("b_plus")]);
    expect(emitModule(module, library)).toEqual(emitModule(module, library));
  });

  test("writes 64-bit constants as they are", () => {
    const constant: FunctionIr = {
      name: "constant",
      params: [],
      result: "i64",
      locals: [],
      body: [i64(0xfffc_0000_0000_1000n)],
    };
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(emitModule(moduleOf([constant]), library)));
    expect(BigInt.asUintN(64, (exports as { constant: () => bigint }).constant())).toBe(0xfffc_0000_0000_1000n);
  });
});
