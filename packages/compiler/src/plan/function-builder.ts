import type { VarId } from "../bind/bound.ts";
import { InternalError } from "../diagnostics/internal-error.ts";
import type { Span } from "../syntax/nodes.ts";
import type { FunctionId, FunctionPlan, LabelId, LocalId, Operand, PathKey, PlanStatement } from "./query-plan.ts";

/**
 * Writes the body of one function of the plan.
 *
 * Statements go to the current list. `openScan` makes the body of the new scan the current list, so that whatever is planned next runs once for each
 * element; the scan is closed with the scope around it (`block`, `detached`). So a body with iteration is planned from left to right, without continuations.
 */
export class FunctionBuilder {
  readonly id: FunctionId;
  readonly name: string;
  readonly span: Span;
  readonly params: LocalId[] = [];
  #current: PlanStatement[] = [];
  readonly #body: PlanStatement[] = this.#current;
  #localCount = 0;
  #labelCount = 0;
  #openScans = 0;
  #bound = new Map<VarId, Operand>();
  #documents = new Map<string, Operand>();

  constructor(options: { readonly id: FunctionId; readonly name: string; readonly span: Span }) {
    this.id = options.id;
    this.name = options.name;
    this.span = options.span;
  }

  local(): LocalId {
    return this.#localCount++ as LocalId;
  }

  param(): Operand {
    const id = this.local();
    this.params.push(id);
    return { kind: "local", id };
  }

  emit(statement: PlanStatement): void {
    this.#current.push(statement);
  }

  /** Whether what is emitted now may run more than once for one start of the innermost scope. */
  get iterates(): boolean {
    return this.#openScans > 0;
  }

  /** A scope of its own: failure inside ends the block. Variables bound inside are unknown after it. */
  block(plan: (label: LabelId) => void): void {
    const label = this.#label();
    this.emit({ kind: "block", label, body: this.detached(() => plan(label)) });
  }

  /** Plans into a list that is not emitted yet: the body of a block or `with`. */
  detached(plan: () => void): readonly PlanStatement[] {
    const saved = { current: this.#current, scans: this.#openScans, bound: this.#bound, documents: this.#documents };
    const body: PlanStatement[] = [];
    this.#current = body;
    this.#openScans = 0;
    this.#bound = new Map(saved.bound);
    this.#documents = new Map(saved.documents);
    plan();
    this.#current = saved.current;
    this.#openScans = saved.scans;
    this.#bound = saved.bound;
    this.#documents = saved.documents;
    return body;
  }

  /** Opens a scan over `source` and answers its locals; it stays open until the scope around it ends. */
  openScan(source: Operand): { readonly key: Operand; readonly value: Operand; readonly label: LabelId } {
    const key = this.local();
    const value = this.local();
    const label = this.#label();
    const body: PlanStatement[] = [];
    this.emit({ kind: "scan", label, source, key, value, body });
    this.#current = body;
    this.#openScans++;
    return { key: { kind: "local", id: key }, value: { kind: "local", id: value }, label };
  }

  bind(variable: VarId, operand: Operand): void {
    this.#bound.set(variable, operand);
  }

  isBound(variable: VarId): boolean {
    return this.#bound.has(variable);
  }

  /** What holds the variable's value. */
  valueOf(variable: VarId): Operand {
    const operand = this.#bound.get(variable);
    if (operand === undefined)
      throw new InternalError(`variable ${variable} is used before it is bound in ${this.name}`);
    return operand;
  }

  /** The input, or a base document, at a constant path: looked up once where it is in sight. */
  document(document: "input" | "data", path: readonly PathKey[]): Operand {
    const key = `${document} ${JSON.stringify(path)}`;
    const known = this.#documents.get(key);
    if (known !== undefined) return known;
    const target = this.local();
    this.emit({ kind: document, target, path });
    const operand: Operand = { kind: "local", id: target };
    this.#documents.set(key, operand);
    return operand;
  }

  /** Below a `with` they are others. */
  forgetDocuments(): void {
    this.#documents.clear();
  }

  /** Variables bound since `earlier` was taken. */
  boundVariables(): ReadonlySet<VarId> {
    return new Set(this.#bound.keys());
  }

  finish(options: Pick<FunctionPlan, "memoized" | "document" | "replaced">): FunctionPlan {
    return {
      id: this.id,
      name: this.name,
      params: this.params,
      localCount: this.#localCount,
      ...options,
      body: this.#body,
      span: this.span,
    };
  }

  #label(): LabelId {
    return this.#labelCount++ as LabelId;
  }
}
