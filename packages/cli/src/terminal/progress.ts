import type { Output } from "../command.ts";

/** Work that is done before this has passed shows no progress, in ms. */
const PATIENCE = 400;
/** Between two updates, in ms. */
const PERIOD = 50;

export interface Progress {
  /** Shows what is being done now, in place of what was shown before. */
  readonly show: (text: () => string) => void;
  /** Wipes it, before other output and at the end. */
  readonly wipe: () => void;
}

/** One line on the terminal about what takes long. Nothing where nobody watches. */
export function createProgress({ err, interactive }: Output): Progress {
  let shown = false;
  let next = performance.now() + PATIENCE;
  return {
    show(text) {
      if (!interactive || performance.now() < next) return;
      next = performance.now() + PERIOD;
      err(`\r\u001B[2K${text()}`);
      shown = true;
    },
    wipe() {
      if (shown) err("\r\u001B[2K");
      shown = false;
    },
  };
}
