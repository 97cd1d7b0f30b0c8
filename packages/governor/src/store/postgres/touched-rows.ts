// What the statements of programs that write look at and change, by name, so that programs which touch nothing in common can
// share their journeys. Within one tenant: whatever else runs for it runs before or after. A row that is inserted under an
// id of its own, and that nothing else can know of before the commit, is not named.

import type { SqlCall, SqlParameters } from "../sql/program.ts";
import type { StatementName } from "../sql/statement-texts.ts";

interface Touching {
  readonly changes: boolean;
  /** Names of rows. */
  readonly rows: (parameters: SqlParameters) => readonly string[];
}

type Named = (parameters: SqlParameters) => string;
const account: Named = ({ dimension, name, day }) => JSON.stringify(["account", dimension, name, day]);
const action: Named = ({ id }) => JSON.stringify(["action", id]);
const ownAction: Named = ({ actionId }) => JSON.stringify(["action", actionId]);
const review: Named = ({ id }) => JSON.stringify(["review", id]);
const key: Named = ({ issuer, subject, key: text }) => JSON.stringify(["key", issuer, subject, text]);
const halts: Named = () => "halts";
const chat: Named = ({ issuer, subject, session }) => JSON.stringify(["chat", issuer, subject, session]);

const touching: ReadonlyMap<StatementName, Touching> = new Map([
  ["hasKey", looksAt(key)],
  ["readHaltVersions", looksAt(halts)],
  ["readHalt", looksAt(halts)],
  ["readReviewOfAction", looksAt(review, ownAction)],
  ["readActionState", looksAt(action)],
  // Its accounts are named by the statements that write them.
  ["readReservations", looksAt(ownAction)],
  ["readAccount", looksAt(account)],
  ["insertDecision", changes()],
  ["insertAction", changes(action)],
  ["insertReview", changes(review, ownAction)],
  ["insertKey", changes(key)],
  ["insertEntry", changes(ownAction)],
  ["closeReview", changes(review)],
  ["useApproval", changes(review)],
  ["moveAction", changes(action)],
  ["writeAccount", changes(account)],
  ["closeEntries", changes(ownAction)],
  ["countHalt", changes(halts)],
  ["writeHalt", changes(halts)],
  ["deleteHalt", changes(halts)],
  ["insertHaltEvent", changes(halts)],
  ["readChat", looksAt(chat)],
  ["listChatEntries", looksAt(chat)],
  ["countChatEntries", looksAt(chat)],
  ["insertChat", changes(chat)],
  ["moveChat", changes(chat)],
  ["insertChatEntry", changes(chat)],
  ["keepArtifact", changes()],
  ["probe", changes()],
]);

function looksAt(...rows: readonly Named[]): Touching {
  return { changes: false, rows: (parameters) => rows.map((name) => name(parameters)) };
}

function changes(...rows: readonly Named[]): Touching {
  return { changes: true, rows: (parameters) => rows.map((name) => name(parameters)) };
}

export function touchedRows({ statement, parameters }: SqlCall): readonly string[] {
  return find(statement).rows(parameters);
}

export function isChange({ statement }: SqlCall): boolean {
  return find(statement).changes;
}

/** Whoever lets a program that writes run another statement must say here what it touches. */
function find(statement: StatementName): Touching {
  const found = touching.get(statement);
  if (found === undefined) throw new TypeError(`it is not known which rows ${statement} touches`);
  return found;
}
