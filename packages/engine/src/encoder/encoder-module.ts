import type { TextFunction } from "../abi/manifest.ts";
import type { EntrypointEncoder } from "../instance/entrypoint-encoder.ts";
import type { ShapeSampler } from "./shape-sampler.ts";

/**
 * What a module written by `flyball build --encoder` exports: the input of one policy to its frame, without loops over fields. It is code
 * that the application imports, so it is trusted as the application is; that it belongs to the policy is checked by digest.
 */
export interface EncoderModule {
  /** `ENCODER_VERSION` of the engine it was written for. */
  readonly version: number;
  /** The digest of the policy's bytes, and of its manifest for those who load a compiled module: as `Policy.digest` has them. */
  readonly digests: readonly string[];
  readonly encoders: { readonly [entrypoint: string]: (host: EncoderHost) => EntrypointEncoder };
}

/**
 * What the engine lends an encoder for one entrypoint of one instance. Node numbers are those of `buildReadTree`. Functions that write may
 * make the memory grow: then its views are new ones.
 */
export interface EncoderHost {
  readonly memory: { readonly u32: Uint32Array; readonly f64: Float64Array };
  /** Keys of the rows that are being written, outermost first. */
  readonly trail: unknown[];
  /** Fills all slots at and below a node: what an encoder does not know itself. */
  readonly fill: (node: number, part: unknown, base: number) => void;
  readonly value: (at: number, part: unknown, node: number) => void;
  readonly constant: (at: number, part: unknown, node: number) => void;
  /** The address of a text. */
  readonly text: (text: string, node: number) => number;
  /** Addresses of constants by the short texts of which a function makes them, as far as they have come. */
  readonly made: Readonly<Record<TextFunction, ReadonlyMap<string, number>>>;
  /** The same for a slot that is compared as a function of its text. */
  readonly textThrough: (text: string, name: TextFunction, node: number) => number;
  /** The address that stands for a text which is none of the constants. */
  readonly other: (text: string, node: number) => number;
  readonly openRows: (count: number, stride: number, node: number) => number;
  readonly closeRows: (at: number, address: number) => void;
  readonly accessor: (node: number) => never;
  readonly hole: (node: number) => never;
  /** Whether inputs are of a few shapes or of many. */
  readonly shapes: ShapeSampler;
  /** A plain get that is as fast for any shape. */
  readonly get: (record: object, key: string) => unknown;
  /** An own property by a plain get, for names that every object inherits. */
  readonly own: (record: object, key: string) => unknown;
  /** Whether arrays inherit no elements. */
  readonly bareArrays: () => boolean;
  readonly isArray: (value: unknown) => value is unknown[];
  readonly getPrototypeOf: (value: object) => unknown;
  readonly objectPrototype: object;
  readonly descriptor: (record: object, key: string) => PropertyDescriptor | undefined;
  readonly elementGetter: (array: object, index: number) => unknown;
}
