import type { CommitResult } from "../store.ts";

export const committed: CommitResult = Object.freeze({ kind: "committed" });
export const conflict: CommitResult = Object.freeze({ kind: "conflict" });
