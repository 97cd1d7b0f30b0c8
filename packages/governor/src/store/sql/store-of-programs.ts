import type { PutHalt, Store } from "../store.ts";
import { addToTurn, beginTurn, readChat } from "./chat-programs.ts";
import { commitDecision, insertDecision } from "./commit-decision.ts";
import { liftHalt, listHalts, putHalt, readBasis } from "./halt-programs.ts";
import { type Program, run, runTogether } from "./program.ts";
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

/** What a database must be able to do to be a store. A program that is handed over may be begun more than once. */
export interface SqlDatabase {
  /** Runs a program that only reads; what it asks for at once is read on one state of the database. */
  readonly read: <Result>(program: () => Program<Result>) => Promise<Result>;
  /**
   * Runs a program that writes, as if no other that shares something with its scope ran beside it, and settles when it is on
   * disk; of a program that throws, nothing is kept. Several may share one commit.
   */
  readonly write: <Result>(scope: WriteScope, program: () => Program<Result>) => Promise<Result>;
  readonly close: () => Promise<void>;
}

/** Whose rows a program may look at and change: those of a tenant, those that all tenants look at, or none of theirs. */
export type WriteScope =
  | { readonly kind: "tenant"; readonly tenant: string }
  | { readonly kind: "everybody" }
  | { readonly kind: "nobody" };

const everybody: WriteScope = Object.freeze({ kind: "everybody" });
const nobody: WriteScope = Object.freeze({ kind: "nobody" });

function tenantScope({ tenant }: { readonly tenant: string }): WriteScope {
  return { kind: "tenant", tenant };
}

function haltScope({ scope, by }: PutHalt): WriteScope {
  return scope.kind === "everything" ? everybody : tenantScope(by);
}

/** The store that a database makes, with the programs of this folder. */
export function storeOfPrograms({ read, write, close }: SqlDatabase): Store {
  return Object.freeze<Store>({
    readBasis: (query) => read(() => readBasis(query)),
    commitDecision: (command) => write(tenantScope(command.record.principal), () => commitDecision(command)),
    settleAction: (command) => write(tenantScope(command.principal), () => settleAction(command)),
    recordChecks: async (records) => {
      for (const [tenant, own] of Map.groupBy(records, ({ principal }) => principal.tenant)) {
        await write(tenantScope({ tenant }), function* () {
          yield* runTogether(own.map(insertDecision));
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
    putHalt: (command) => write(haltScope(command), () => putHalt(command)),
    liftHalt: (command) => write(haltScope(command), () => liftHalt(command)),
    listHalts: (tenant) => read(() => listHalts(tenant)),
    listBalances: (query) => read(() => listBalances(query)),
    keepArtifact: (artifact) => write(nobody, () => keepArtifact(artifact)),
    readArtifact: (digest) => read(() => readArtifact(digest)),
    beginTurn: (command) => write(tenantScope(command.principal), () => beginTurn(command)),
    addToTurn: (command) => write(tenantScope(command.principal), () => addToTurn(command)),
    readChat: (query) => read(() => readChat(query)),
    probe: () =>
      write(nobody, function* () {
        yield* run("probe", {});
      }),
    close,
  });
}
