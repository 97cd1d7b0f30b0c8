/** The manifest of a module: docs/reference/abi.md, "Manifest". The compiler writes it, the engine checks it before it trusts it. */

/** A step of a document path: object keys are strings, array positions numbers. */
export type PathStep = string | number;

/** `present`: only whether there is something; `rows`: a collection of which only some parts of each element are read. */
export type SlotForm = "value" | "constant" | "present" | "rows";

export type TextFunction = "upper" | "lower";

export interface DocumentSlot {
  readonly path: readonly PathStep[];
  readonly slot: number;
  readonly as: SlotForm;
  /**
   * With `constant`: what is compared is this function of a text. A host writes a text of at most `SHORT_TEXT` characters, all of them ASCII,
   * as the constant that the function makes of it; any other text as a new one on the heap, and the module applies the function.
   */
  readonly through?: TextFunction;
  /** With `rows`, and only there. */
  readonly rows?: RowTable;
}

/** What of each element of a collection is read: a row of `width` slots for each. */
export interface RowTable {
  /** Slots of 8 bytes. */
  readonly width: number;
  /** The slot of the element's key or position, where it is asked for. */
  readonly key?: number;
  /** Their paths begin at the element. */
  readonly slots: readonly DocumentSlot[];
}

export interface SlotTable {
  /** Address of slot 0; slots are 8 bytes each. */
  readonly address: number;
  readonly slots: readonly DocumentSlot[];
}

export interface ManifestEntrypoint {
  /** `finance/decision` */
  readonly name: string;
  readonly export: string;
  /** Frame slots this entrypoint reads. */
  readonly slots: readonly number[];
  readonly fuel: { readonly bound?: number };
  readonly builtins: readonly string[];
  readonly clock: boolean;
}

export interface ManifestRule {
  readonly id: number;
  readonly name: string;
  readonly file: string;
  readonly line: number;
  /** Address of the u32 with the epoch in which the rule last succeeded. */
  readonly trace: number;
}

export interface ManifestSite {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

export interface Manifest {
  readonly version: number;
  readonly compiler: string;
  readonly digests: { readonly sources: string; readonly data: string };
  readonly memory: { readonly heapStart: number; readonly maxPages: number };
  readonly frame: SlotTable;
  readonly data: SlotTable;
  readonly strings: { readonly [text: string]: number };
  readonly otherString: number;
  readonly constants: { readonly start: number; readonly end: number };
  readonly entrypoints: readonly ManifestEntrypoint[];
  readonly builtins: readonly { readonly name: string; readonly arity: number }[];
  /** `finance/limits`: where the rules of the sources lie that are documents, entrypoints or not; sorted. */
  readonly documents: readonly string[];
  readonly rules: readonly ManifestRule[];
  readonly sites: readonly ManifestSite[];
}
