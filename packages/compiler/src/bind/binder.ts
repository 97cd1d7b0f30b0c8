import { bindBody } from "./bind-body.ts";
import type { Binder } from "./bind-state.ts";
import { bindTerm } from "./bind-term.ts";

export const BINDER: Binder = { term: bindTerm, body: bindBody };
