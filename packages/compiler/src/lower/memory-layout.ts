/** Where a module keeps what: areas one behind the other, each at a multiple of 8. */
export interface MemoryLayout {
  readonly frame: number;
  readonly dataSlots: number;
  /** What the data slots are restored from after a fault. */
  readonly dataCopies: number;
  /** Memos and traces: zero at first. */
  readonly cells: number;
  readonly cellsEnd: number;
  readonly constants: number;
}

/** Bytes of a memo: the value, the epoch, 4 unused. */
export const MEMO_BYTES = 16;
export const TRACE_BYTES = 4;

export function memoryLayout(options: {
  readonly start: number;
  readonly inputSlots: number;
  readonly dataSlots: number;
  readonly copiesData: boolean;
  readonly memos: number;
  readonly traces: number;
}): MemoryLayout {
  const frame = aligned(options.start);
  const dataSlots = frame + 8 * options.inputSlots;
  const dataCopies = dataSlots + 8 * options.dataSlots;
  const cells = dataCopies + (options.copiesData ? 8 * options.dataSlots : 0);
  const cellsEnd = aligned(cells + MEMO_BYTES * options.memos + TRACE_BYTES * options.traces);
  return { frame, dataSlots, dataCopies, cells, cellsEnd, constants: cellsEnd };
}

function aligned(address: number): number {
  return (address + 7) & ~7;
}
