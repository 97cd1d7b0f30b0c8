import type { Job } from "../prepare-case.ts";

/** What a measuring process for steadiness is told. */
export interface SteadinessRequest {
  readonly kind: "scavenges" | "resident" | "tail" | "start";
  readonly job: Job;
  readonly accessors: "refuse" | "read";
  readonly evaluations: number;
}

/** Printed before and after what is measured. */
export const MARK = "steadiness: mark";
