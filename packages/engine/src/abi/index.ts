/** The module ABI as code: docs/reference/abi.md. The compiler writes modules by it, the engine loads them by it. */

export {
  ABI_VERSION,
  BUILTIN_MODULE,
  Control,
  DATA_CHANGED_EXPORT,
  ENCODER_VERSION,
  MANIFEST_SECTION,
  MAX_DIGITS,
  MAX_DOUBLE_SCALE,
  MAX_EXPONENT,
  MAX_SCALED_COEFFICIENT,
  NO_SITE,
  SHORT_TEXT,
  SORTED,
  Status,
  Tag,
} from "./layout.ts";
export type {
  DocumentSlot,
  Manifest,
  ManifestEntrypoint,
  ManifestRule,
  ManifestSite,
  PathStep,
  RowTable,
  SlotForm,
  SlotTable,
  TextFunction,
} from "./manifest.ts";
export { buildReadTree, type ReadNode } from "./read-tree.ts";
