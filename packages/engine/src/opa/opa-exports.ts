import { PolicyLoadError } from "../policy-load-error.ts";

/** What every module of OPA's ABI 1.0 to 1.3 exports, as far as this host calls it. Addresses and counts are 32-bit numbers, signed as JavaScript sees them. */
export interface OpaExports {
  readonly eval: (context: number) => number;
  readonly builtins: () => number;
  readonly entrypoints: () => number;
  readonly opa_eval_ctx_new: () => number;
  readonly opa_eval_ctx_set_input: (context: number, value: number) => void;
  readonly opa_eval_ctx_set_data: (context: number, value: number) => void;
  readonly opa_eval_ctx_set_entrypoint: (context: number, entrypoint: number) => void;
  readonly opa_eval_ctx_get_result: (context: number) => number;
  readonly opa_malloc: (bytes: number) => number;
  readonly opa_heap_ptr_get: () => number;
  readonly opa_heap_ptr_set: (address: number) => void;
  readonly opa_value_parse: (text: number, bytes: number) => number;
  readonly opa_value_dump: (value: number) => number;
}

const FUNCTIONS = [
  "eval",
  "builtins",
  "entrypoints",
  "opa_eval_ctx_new",
  "opa_eval_ctx_set_input",
  "opa_eval_ctx_set_data",
  "opa_eval_ctx_set_entrypoint",
  "opa_eval_ctx_get_result",
  "opa_malloc",
  "opa_heap_ptr_get",
  "opa_heap_ptr_set",
  "opa_value_parse",
  "opa_value_dump",
] as const satisfies readonly (keyof OpaExports)[];

const IMPORTS: ReadonlySet<string> = new Set([
  "memory",
  "opa_abort",
  "opa_println",
  "opa_builtin0",
  "opa_builtin1",
  "opa_builtin2",
  "opa_builtin3",
  "opa_builtin4",
]);

/** The mutable global in which a metered module counts: docs/reference/abi.md, "Modules made by OPA". */
export const FUEL_GLOBAL = "flyball_fuel";

/** Whether a module without Flyball's manifest claims to be one of OPA's at all. */
export function isOpaModule(module: WebAssembly.Module): boolean {
  return WebAssembly.Module.exports(module).some(({ name }) => name === "opa_eval_ctx_new");
}

/** Throws `PolicyLoadError` where the module wants more than OPA's ABI gives, or lacks a part of it. */
export function checkOpaModule(module: WebAssembly.Module): void {
  for (const { module: from, name, kind } of WebAssembly.Module.imports(module)) {
    const expected = name === "memory" ? "memory" : "function";
    if (from !== "env" || !IMPORTS.has(name) || kind !== expected) {
      throw new PolicyLoadError(
        "import_refused",
        `the module wants the ${kind} ${from}.${name}, which OPA's ABI does not have`,
      );
    }
  }
  const exports = new Map(WebAssembly.Module.exports(module).map(({ name, kind }) => [name, kind]));
  for (const name of FUNCTIONS) {
    if (exports.get(name) !== "function") {
      throw new PolicyLoadError("export_missing", `the module does not export the function ${name} of OPA's ABI`);
    }
  }
}

/** The number in an exported global, or undefined where there is none. */
export function globalValue(exports: WebAssembly.Exports, name: string): number | undefined {
  const global = exports[name];
  return global instanceof WebAssembly.Global && typeof global.value === "number" ? global.value : undefined;
}
