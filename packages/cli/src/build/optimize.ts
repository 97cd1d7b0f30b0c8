import { UsageError } from "../usage-error.ts";

/** What of binaryen is used here; it is an optional peer, so its own types may be absent. */
interface Binaryen {
  readonly Features: { readonly All: number };
  readonly setOptimizeLevel: (level: number) => void;
  readonly setShrinkLevel: (level: number) => void;
  readonly readBinary: (bytes: Uint8Array) => {
    readonly setFeatures: (features: number) => void;
    readonly optimize: () => void;
    readonly validate: () => number;
    readonly emitBinary: () => Uint8Array<ArrayBuffer>;
    readonly dispose: () => void;
  };
}

const PEER = "binaryen";

/** A last pass over a module by binaryen. Throws `UsageError` where it is not installed. */
export async function optimizeModule(wasm: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const binaryen = await loadBinaryen();
  binaryen.setOptimizeLevel(3);
  binaryen.setShrinkLevel(1);
  const module = binaryen.readBinary(wasm);
  try {
    module.setFeatures(binaryen.Features.All);
    module.optimize();
    if (module.validate() !== 1) throw new UsageError("binaryen made an invalid module: build without -O");
    return module.emitBinary();
  } finally {
    module.dispose();
  }
}

async function loadBinaryen(): Promise<Binaryen> {
  try {
    return ((await import(PEER)) as { readonly default: Binaryen }).default;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND")
      throw new UsageError("-O needs the package binaryen, which is not installed: npm install --save-dev binaryen");
    throw error;
  }
}
