import { canonicalJson } from "../../action/canonical-json.ts";
import type {
  AddToTurn,
  BeginTurn,
  BegunTurn,
  ChatEntry,
  ChatQuery,
  CommitResult,
  NewChatEntry,
  StoredChat,
} from "../store.ts";
import { committed, conflict } from "./commit-results.ts";
import { type Program, type Row, runTogether, type SqlCall } from "./program.ts";
import { integer, json, text } from "./rows.ts";

export function* beginTurn({ turn, entry, at, maxTurns, maxCharacters, ...query }: BeginTurn): Program<BegunTurn> {
  const key = keyOf(query);
  const [found, rows] = yield* readBoth(query);
  // A turn whose time is over was left by a process that died: nobody adds to it any more.
  if (found !== undefined && found["turn"] !== null && integer(found, "turn_until") > at) return { kind: "busy" };
  const characters = rows.reduce((total, row) => total + text(row, "body").length, 0);
  if (found !== undefined && (integer(found, "turns") >= maxTurns || characters >= maxCharacters)) {
    return { kind: "full" };
  }
  const parameters = { ...key, turn: turn.id, until: turn.until, at };
  const place = { ...key, turn: turn.id, at };
  yield* runTogether([
    found === undefined
      ? { statement: "insertChat", parameters }
      : { statement: "moveChat", parameters: { ...parameters, more: 1 } },
    insertEntry(place, rows.length, entry),
  ]);
  const entries = [...rows.map(entryFromRow), Object.freeze({ ...entry, turn: turn.id, at })];
  const createdAt = found === undefined ? at : integer(found, "created_at");
  return { kind: "begun", chat: { session: query.session, turn, entries, createdAt, changedAt: at } };
}

export function* addToTurn({ turn, entries, ends, at, ...query }: AddToTurn): Program<CommitResult> {
  const key = keyOf(query);
  const [[found] = [], [count] = []] = yield* runTogether([
    { statement: "readChat", parameters: key },
    { statement: "countChatEntries", parameters: key },
  ]);
  if (found === undefined || count === undefined || found["turn"] !== turn) return conflict;
  const next = ends ? { turn: null, until: null } : { turn, until: integer(found, "turn_until") };
  const length = integer(count, "found");
  yield* runTogether([
    ...entries.map((entry, index) => insertEntry({ ...key, turn, at }, length + index, entry)),
    { statement: "moveChat", parameters: { ...key, more: 0, ...next, at } },
  ]);
  return committed;
}

export function* readChat(query: ChatQuery): Program<StoredChat | undefined> {
  const [found, entries] = yield* readBoth(query);
  if (found === undefined) return undefined;
  return Object.freeze({
    session: query.session,
    turn: found["turn"] === null ? undefined : { id: text(found, "turn"), until: integer(found, "turn_until") },
    entries: entries.map(entryFromRow),
    createdAt: integer(found, "created_at"),
    changedAt: integer(found, "changed_at"),
  });
}

type ChatKey = Readonly<Record<"tenant" | "issuer" | "subject" | "session", string>>;

function keyOf({ principal, session }: ChatQuery): ChatKey {
  const { tenant, issuer, subject } = principal;
  return { tenant, issuer, subject, session };
}

function* readBoth(query: ChatQuery): Program<readonly [Row | undefined, readonly Row[]]> {
  const parameters = keyOf(query);
  const [[found] = [], entries = []] = yield* runTogether([
    { statement: "readChat", parameters },
    { statement: "listChatEntries", parameters },
  ]);
  return [found, entries];
}

function insertEntry(
  place: ChatKey & { readonly turn: string; readonly at: number },
  before: number,
  { kind, body }: NewChatEntry,
): SqlCall {
  return { statement: "insertChatEntry", parameters: { ...place, seq: before + 1, kind, body: canonicalJson(body) } };
}

function entryFromRow(row: Row): ChatEntry {
  return Object.freeze({
    kind: text(row, "kind"),
    turn: text(row, "turn"),
    body: json(row, "body"),
    at: integer(row, "at"),
  });
}
