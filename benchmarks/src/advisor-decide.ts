import { type AdvisorData, type AdvisorDecision, handwrittenAdvisor } from "./advisor.handwritten.ts";

/** The advisor's decision by hand, in the form in which a measuring process loads hand-written twins. */
export function decideWith(data: unknown): (input: unknown) => AdvisorDecision {
  return handwrittenAdvisor(data as AdvisorData);
}
