import { getHeapStatistics } from "node:v8";

/** Bounds of one request and of all together; milliseconds but where said. */
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
  /** Open connections, idle ones among them; those beyond are closed at once. */
  readonly connections: number;
  /** Requests that are worked on at once; those beyond are answered 503 `overloaded`. */
  readonly concurrent: number;
  /** The same of one person, 429 `too_many_at_once`: nobody takes all of it. */
  readonly concurrentOfPerson: number;
  /** Mean delay of the event loop, over half a second and longer, beyond which nothing is taken on. */
  readonly eventLoopDelayMs: number;
  /** Bytes of JavaScript's heap in use beyond which nothing is taken on. */
  readonly heapBytes: number;
  /** Bytes of memory of the process beyond which nothing is taken on; 0 where nothing is known about the container's. */
  readonly residentBytes: number;
}

/** The memory that the container leaves to this process, or 0: without a limit Node reports an absurdly large one. */
function containerBytes(): number {
  const constrained = process.constrainedMemory();
  return constrained > 0 && constrained < 2 ** 50 ? constrained : 0;
}

export const defaultServiceLimits: ServiceLimits = Object.freeze({
  bodyBytes: 65_536,
  requestMs: 10_000,
  headersMs: 5_000,
  connectionMs: 30_000,
  keepAliveMs: 5_000,
  connections: 2_048,
  concurrent: 128,
  concurrentOfPerson: 64,
  eventLoopDelayMs: 1_000,
  heapBytes: Math.floor(getHeapStatistics().heap_size_limit * 0.9),
  residentBytes: Math.floor(containerBytes() * 0.9),
});
