import type { Limits } from "@flyball/engine";
import type { FlagsOf } from "./command.ts";
import { countOf } from "./sources/source-flags.ts";

/** Flags of every command that evaluates. */
export interface EvaluationFlags {
  readonly fuel: string | undefined;
  readonly "memory-pages": string | undefined;
  readonly depth: string | undefined;
}

export const EVALUATION_FLAGS: FlagsOf<EvaluationFlags> = {
  fuel: { type: "string", value: "N", help: "steps that one evaluation may take (10000000)" },
  "memory-pages": { type: "string", value: "N", help: "pages of 64 KiB that it may fill (1024)" },
  depth: { type: "string", value: "N", help: "how deep values and calls may nest (512)" },
};

/** The engine's limits that the flags set; the engine itself says where one is out of range. */
export function limitsOf(flags: EvaluationFlags): Partial<Limits> {
  const fuel = countOf("fuel", flags.fuel);
  const memoryPages = countOf("memory-pages", flags["memory-pages"]);
  const depth = countOf("depth", flags.depth);
  return {
    ...(fuel === undefined ? {} : { fuel }),
    ...(memoryPages === undefined ? {} : { memoryPages }),
    ...(depth === undefined ? {} : { depth }),
  };
}
