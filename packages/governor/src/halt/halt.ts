import type { Principal } from "../action/principal.ts";

/** What is stopped: everything in the store, or within one tenant all of it, a person, a client or a tool. */
export type HaltScope =
  | { readonly kind: "everything" }
  | { readonly kind: "tenant" }
  | { readonly kind: "trader"; readonly issuer: string; readonly subject: string }
  | { readonly kind: "client"; readonly client: string }
  | { readonly kind: "tool"; readonly tool: string };

/** A halt in force. `by` put it there; for `everything` the tenant is the one that `by` belongs to. */
export interface Halt {
  readonly scope: HaltScope;
  readonly reason: string;
  readonly by: Principal;
  /** Milliseconds since 1970-01-01 UTC. */
  readonly at: number;
}

/** An entry of the record of halts: who stopped or released what, why and when. */
export interface HaltEvent extends Halt {
  readonly event: "put" | "lifted";
}

/** The text that stands for a scope in keys and messages: two scopes are the same where their texts are. */
export function haltScopeText(scope: HaltScope): string {
  switch (scope.kind) {
    case "everything":
    case "tenant":
      return scope.kind;
    case "trader":
      return `trader:${JSON.stringify([scope.issuer, scope.subject])}`;
    case "client":
      return `client:${JSON.stringify(scope.client)}`;
    case "tool":
      return `tool:${JSON.stringify(scope.tool)}`;
    default:
      return assertNever(scope);
  }
}

function assertNever(value: never): never {
  throw new TypeError(`unexpected scope ${JSON.stringify(value)}`);
}
