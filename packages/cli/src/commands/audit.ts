import { type Command, defineCommand } from "../command.ts";
import { JSON_FLAG, type JsonFlag } from "../sources/source-flags.ts";

export interface AuditFlags extends JsonFlag {
  readonly tenant: string | undefined;
  readonly last: string | undefined;
  readonly database: boolean;
}

export const audit: Command = defineCommand<AuditFlags>({
  name: "audit",
  summary: "compute decisions of a governor's store again",
  forms: ["STORE --tenant TENANT [ID]...", "--database --tenant TENANT [ID]..."],
  about:
    "Asks the policy that a store keeps about its decisions again, with what it was told and the clock of then, and compares each statement of the record with what else the store holds. Reads only; STORE is the SQLite file of a governor, or a backup of one; --database reads PostgreSQL, at the address in DATABASE_URL.",
  flags: {
    tenant: { type: "string", short: "t", value: "TENANT", help: "whose decisions" },
    last: { type: "string", short: "n", value: "N", help: "without ids: how many of the latest decisions (20)" },
    database: { type: "boolean", help: "the store is on PostgreSQL, at the address in DATABASE_URL" },
    json: JSON_FLAG,
  },
  load: async () => (await import("../audit/run-audit.ts")).runAudit,
});
