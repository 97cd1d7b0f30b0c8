import type { SiteId } from "../plan/query-plan.ts";

/** What ends an evaluation: the faults of the module ABI that a policy can cause by itself. */
export class PlanFault extends Error {
  override readonly name = "PlanFault";
  readonly code: "policy_conflict" | "builtin_error";
  readonly site: SiteId;

  constructor(code: PlanFault["code"], site: SiteId, message: string) {
    super(message);
    this.code = code;
    this.site = site;
  }
}
