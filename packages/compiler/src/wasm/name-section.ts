import { createByteWriter } from "./byte-writer.ts";

const FUNCTION_NAMES = 1;

/** The custom section by which debuggers and profilers name functions; by index, imports first. WebAssembly core specification, appendix "Name Section". */
export function nameSection(functions: readonly string[]): { readonly name: string; readonly bytes: Uint8Array } {
  const map = createByteWriter();
  map.u32(functions.length);
  for (const [index, name] of functions.entries()) {
    map.u32(index);
    map.name(name);
  }
  const section = createByteWriter();
  section.u8(FUNCTION_NAMES);
  section.sized(map.take());
  return { name: "name", bytes: section.take() };
}
