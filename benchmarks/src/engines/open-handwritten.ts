import { pathToFileURL } from "node:url";
import type { Job } from "../prepare-case.ts";
import type { CaseDocuments } from "../worker.ts";

interface Handwritten {
  /** The decision itself, or, where it reads base documents, what makes it of them. */
  readonly decide?: (input: unknown) => unknown;
  readonly decideWith?: (data: unknown) => (input: unknown) => unknown;
}

/** The decision as one would write it without a policy language. */
export async function openHandwritten(
  { handwritten }: Job,
  { data }: CaseDocuments,
): Promise<(input: unknown) => unknown> {
  if (handwritten === undefined) throw new Error("there is no hand-written twin");
  const module = (await import(pathToFileURL(handwritten).href)) as Handwritten;
  const decide = module.decide ?? module.decideWith?.(data);
  if (decide === undefined) throw new Error(`${handwritten} exports neither decide nor decideWith`);
  return decide;
}
