import { RequestProblem } from "../problem/problem.ts";

const defaultPage = 50;
const maxPage = 200;

/** Throws a `RequestProblem`. */
export function readPaging(query: Record<string, unknown>): {
  readonly limit: number;
  readonly before: number | undefined;
} {
  const unknown = Object.keys(query).find((name) => name !== "cursor" && name !== "limit");
  if (unknown !== undefined) throw new RequestProblem("query_invalid", { detail: "only cursor and limit are known" });
  const { limit = String(defaultPage), cursor } = query;
  const size = typeof limit === "string" && /^[1-9][0-9]{0,2}$/.test(limit) ? Number(limit) : 0;
  if (size < 1 || size > maxPage)
    throw new RequestProblem("query_invalid", { detail: `limit must be 1 to ${maxPage}` });
  return { limit: size, before: cursor === undefined ? undefined : positionOf(cursor) };
}

/** Cursors are opaque to callers; inside is the position after which the next page begins. */
export function cursorOf(position: number): string {
  return Buffer.from(`v1:${position}`).toString("base64url");
}

function positionOf(cursor: unknown): number {
  const text = typeof cursor === "string" ? Buffer.from(cursor, "base64url").toString("latin1") : "";
  const position = /^v1:([0-9]{1,15})$/.exec(text)?.[1];
  if (position === undefined) throw new RequestProblem("query_invalid", { detail: "the cursor is not one of ours" });
  return Number(position);
}
