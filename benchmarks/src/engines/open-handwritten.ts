import { pathToFileURL } from "node:url";
import { type AdvisorData, handwrittenAdvisor } from "../advisor.handwritten.ts";
import type { Job } from "../prepare-case.ts";
import type { CaseDocuments } from "../worker.ts";

/** The decision as one would write it without a policy language. */
export async function openHandwritten(
  { handwritten }: Job,
  { data }: CaseDocuments,
): Promise<(input: unknown) => unknown> {
  if (handwritten === undefined) throw new Error("there is no hand-written twin");
  if (handwritten === "advisor") return handwrittenAdvisor(data as AdvisorData);
  const { decide } = (await import(pathToFileURL(handwritten).href)) as {
    readonly decide?: (input: unknown) => unknown;
  };
  if (decide === undefined) throw new Error(`${handwritten} does not export decide`);
  return decide;
}
