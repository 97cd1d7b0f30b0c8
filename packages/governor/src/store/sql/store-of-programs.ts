import type { Store } from "../store.ts";
import { commitDecision, insertDecision } from "./commit-decision.ts";
import { haltTenant, liftHalt, listHalts, putHalt, readBasis } from "./halt-programs.ts";
import { type Program, run } from "./program.ts";
import {
  findActionByKey,
  keepArtifact,
  listActions,
  listBalances,
  listDecisions,
  listExpiredReviews,
  listReviews,
  listUnsettled,
  readAction,
  readArtifact,
  readDecision,
  readReview,
} from "./read-programs.ts";
import { settleAction } from "./settle-action.ts";

/** What a database must be able to do to be a store. */
export interface SqlDatabase {
  /** Runs a program that only reads, on one state of the database. */
  readonly read: <Result>(program: () => Program<Result>) => Promise<Result>;
  /**
   * Runs a program that writes for a tenant, alone among the writers of that tenant, and settles when it is on disk; of a
   * program that throws, nothing is kept. Several may share one commit.
   */
  readonly write: <Result>(tenant: string, program: () => Program<Result>) => Promise<Result>;
  readonly close: () => Promise<void>;
}

/** The store that a database makes, with the programs of this folder. */
export function storeOfPrograms({ read, write, close }: SqlDatabase): Store {
  return Object.freeze<Store>({
    readBasis: (query) => read(() => readBasis(query)),
    commitDecision: (command) => write(command.record.principal.tenant, () => commitDecision(command)),
    settleAction: (command) => write(command.principal.tenant, () => settleAction(command)),
    recordChecks: async (records) => {
      for (const [tenant, own] of Map.groupBy(records, ({ principal }) => principal.tenant)) {
        await write(tenant, function* () {
          for (const record of own) yield* insertDecision(record);
        });
      }
    },
    findActionByKey: (scope) => read(() => findActionByKey(scope)),
    readAction: (query) => read(() => readAction(query)),
    listActions: (query) => read(() => listActions(query)),
    listUnsettled: (query) => read(() => listUnsettled(query)),
    readDecision: (query) => read(() => readDecision(query)),
    listDecisions: (query) => read(() => listDecisions(query)),
    readReview: (query) => read(() => readReview(query)),
    listReviews: (query) => read(() => listReviews(query)),
    listExpiredReviews: (query) => read(() => listExpiredReviews(query)),
    putHalt: (command) => write(haltTenant(command), () => putHalt(command)),
    liftHalt: (command) => write(haltTenant(command), () => liftHalt(command)),
    listHalts: (tenant) => read(() => listHalts(tenant)),
    listBalances: (query) => read(() => listBalances(query)),
    keepArtifact: (artifact) => write("", () => keepArtifact(artifact)),
    readArtifact: (digest) => read(() => readArtifact(digest)),
    probe: () =>
      write("", function* () {
        yield* run("probe", {});
      }),
    close,
  });
}
