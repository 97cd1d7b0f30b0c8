/**
 * From an input to the frame of one entrypoint, in the two ways to read properties, as the option `accessors` says them. Each fills the
 * frame or throws.
 */
export interface EntrypointEncoder {
  readonly refuse: (input: unknown) => void;
  readonly read: (input: unknown) => void;
}
