import { arch, cpus, platform, totalmem } from "node:os";
import type { Opa } from "./find-opa.ts";

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly platform: string;
  readonly node: string;
  readonly v8: string;
  readonly opa: string | undefined;
}

/** What a figure was measured on: printed with every run. */
export function machine(opa: Opa | undefined): Machine {
  const processors = cpus();
  return {
    cpu: processors[0]?.model ?? "unknown",
    cores: processors.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    platform: `${platform()} ${arch()}`,
    node: process.versions.node,
    v8: process.versions.v8,
    opa: opa?.version,
  };
}
