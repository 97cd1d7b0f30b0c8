import { actionDigest } from "../action/action-request.ts";
import type { StoredAction } from "../store/store.ts";

/**
 * Whether a stored action is still the one that was stored: its digest covers person, session, tool and arguments. What is
 * read back after hours and handed to a tool, or compared with a new action, is looked at first.
 */
export function isIntact(action: StoredAction): boolean {
  return actionDigest(action) === action.digest;
}
