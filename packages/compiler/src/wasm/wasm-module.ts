/** A WebAssembly module in terms of indices and bytes, as far as this compiler writes and reads it: one memory, no tables, no start function. */

export type WasmValueType = "i32" | "i64" | "f32" | "f64";

export interface WasmFunctionType {
  readonly params: readonly WasmValueType[];
  readonly results: readonly WasmValueType[];
}

export interface WasmImport {
  readonly module: string;
  readonly field: string;
  readonly external:
    | { readonly kind: "function"; readonly type: number }
    | { readonly kind: "memory"; readonly minPages: number; readonly maxPages: number | undefined };
}

export interface WasmFunction {
  readonly type: number;
  /** Declarations of locals and instructions, `end` included: the body as in the code section, without its size. */
  readonly code: Uint8Array;
}

export interface WasmGlobal {
  readonly type: WasmValueType;
  readonly mutable: boolean;
  readonly initial: number | bigint;
}

export interface WasmExport {
  readonly name: string;
  readonly kind: "function" | "memory" | "global";
  readonly index: number;
}

export interface WasmData {
  readonly address: number;
  readonly bytes: Uint8Array;
}

export interface WasmModule {
  readonly types: readonly WasmFunctionType[];
  readonly imports: readonly WasmImport[];
  readonly functions: readonly WasmFunction[];
  readonly memory: { readonly minPages: number; readonly maxPages: number | undefined } | undefined;
  /** Type indices. */
  readonly tags: readonly number[];
  readonly globals: readonly WasmGlobal[];
  readonly exports: readonly WasmExport[];
  readonly data: readonly WasmData[];
  readonly customSections: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}
