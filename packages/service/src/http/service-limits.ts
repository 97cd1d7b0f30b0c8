/** Bounds of one request; milliseconds but where said. */
export interface ServiceLimits {
  /** Bytes. */
  readonly bodyBytes: number;
  /** For a whole request to arrive. */
  readonly requestMs: number;
  /** For its headers to arrive. */
  readonly headersMs: number;
  /** For a connection on which nothing moves. */
  readonly connectionMs: number;
  readonly keepAliveMs: number;
}

export const defaultServiceLimits: ServiceLimits = Object.freeze({
  bodyBytes: 65_536,
  requestMs: 10_000,
  headersMs: 5_000,
  connectionMs: 30_000,
  keepAliveMs: 5_000,
});
