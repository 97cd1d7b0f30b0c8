import type { RegoNumeric } from "@flyball/engine/values";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { PlainValue } from "../action/plain-value.ts";
import type { Principal } from "../action/principal.ts";
import type { Exposure } from "../ledger/ledger.ts";
import type { Facts } from "../policy/build-policy-input.ts";
import type { ActionQuery, StoredAction } from "../store/store.ts";

/** One tool to govern. `Result` is what `execute` returns. */
export interface ToolDefinition<Schema extends StandardSchemaV1, Result> {
  /** Lower-case letters, digits and underscores, at most 64. */
  readonly name: string;
  /**
   * Any Standard Schema validator. It sees a frozen copy of the arguments; its output, frozen, is what the policy judges,
   * what the digest covers and what `execute` receives. It must refuse unknown fields: what it drops was not decided.
   */
  readonly schema: Schema;
  /** True for a tool that changes nothing: whatever it throws is then `failed`, never `unknown`. */
  readonly readOnly?: boolean;
  /** What the policy must know beside the request. A throw refuses the action with `facts_unavailable`. */
  readonly facts?: (request: FactsRequest<StandardSchemaV1.InferOutput<Schema>>) => Promise<Facts> | Facts;
  /** Which client the action is for, so that actions for one client can be halted. */
  readonly client?: (args: StandardSchemaV1.InferOutput<Schema>) => string;
  /**
   * What the action would move and where it counts. The policy then finds `input.exposure`, and an action that is allowed
   * reserves its amount in the commit of its decision. A throw refuses the action with `facts_unavailable`.
   */
  readonly exposure?: (request: ExposureRequest<StandardSchemaV1.InferOutput<Schema>>) => Exposure;
  /** What the action moved in fact; what was reserved where absent. */
  readonly filled?: (args: StandardSchemaV1.InferOutput<Schema>, result: Awaited<Result>) => RegoNumeric;
  /**
   * Asks the system that acts what became of an action, by its key. "absent" states that it did not happen *and never
   * will* under this key: the system must refuse the key from then on. Without this, only a person can settle.
   */
  readonly reconcile?: (
    args: StandardSchemaV1.InferOutput<Schema>,
    options: ExecuteOptions,
  ) => Promise<Reconciled<Result>> | Reconciled<Result>;
  /**
   * Called at most once for an action, after its decision is stored. Throw `ToolFailure` to state that nothing took
   * effect. The result should be a plain value: only then can a repeated request be answered with it.
   */
  readonly execute: (args: StandardSchemaV1.InferOutput<Schema>, options: ExecuteOptions) => Promise<Result> | Result;
}

export interface ExecuteOptions {
  /** The same for every attempt at this action, different for every other: hand it to the system that acts. */
  readonly idempotencyKey: string;
  /** Aborted when the deadline passes. The outcome is `unknown` from then on, until the tool settles. */
  readonly signal: AbortSignal;
  /** For whom the action was allowed. */
  readonly principal: Principal;
  readonly session: string;
}

export interface ExposureRequest<Args> {
  readonly principal: Principal;
  readonly arguments: Args;
}

export type Reconciled<Result> =
  | { readonly kind: "executed"; readonly result: Awaited<Result> }
  | { readonly kind: "absent" }
  | { readonly kind: "unknown" };

export interface FactsRequest<Args> {
  readonly principal: Principal;
  readonly session: string;
  readonly arguments: Args;
  /** Milliseconds since 1970-01-01 UTC: the moment for which the decision is made. */
  readonly now: number;
  readonly signal: AbortSignal;
  /** Other actions of the tenant that the governor knows; the one being decided is not among them. */
  readonly actions: (query: Omit<ActionQuery, "tenant">) => Promise<readonly StoredAction[]>;
}

/** Who calls and in which conversation; from the verified request, never from the model. */
export interface CallContext {
  readonly principal: Principal;
  /** 1 to 128 characters. */
  readonly session: string;
  /** What is left of the caller's own time, milliseconds; shortens the governor's deadline and never lengthens it. */
  readonly deadlineMs?: number;
}

export interface ActContext extends CallContext {
  /** 1 to 255 visible ASCII characters. The same key and action get the same answer and one execution. */
  readonly idempotencyKey?: string;
  /** The id of an approved review that this action is a variation of. */
  readonly review?: string;
}

/** What a model proposes. */
export interface ProposedAction {
  readonly tool: string;
  readonly arguments: unknown;
}

/** A tool of any schema and result, as the registry keeps it. Its arguments were made by its own schema. */
export interface RegisteredTool {
  readonly name: string;
  readonly schema: StandardSchemaV1;
  readonly readOnly: boolean;
  readonly facts: ((request: FactsRequest<PlainValue>) => Promise<Facts> | Facts) | undefined;
  readonly client: ((args: PlainValue) => string) | undefined;
  readonly exposure: ((request: ExposureRequest<PlainValue>) => Exposure) | undefined;
  readonly filled: ((args: PlainValue, result: unknown) => RegoNumeric) | undefined;
  readonly reconcile:
    | ((args: PlainValue, options: ExecuteOptions) => Promise<Reconciled<unknown>> | Reconciled<unknown>)
    | undefined;
  readonly execute: (args: PlainValue, options: ExecuteOptions) => unknown;
}
