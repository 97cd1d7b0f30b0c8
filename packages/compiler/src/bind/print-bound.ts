import { toJson } from "@flyball/engine/values";
import { assertNever } from "../diagnostics/assert-never.ts";
import type {
  BoundBody,
  BoundClause,
  BoundPolicy,
  BoundStatement,
  BoundTerm,
  BoundVar,
  BoundWith,
  Callee,
  VarId,
} from "./bound.ts";

/** A bound policy as text, for golden tests and for people: variables are written `name` and their number. */
export function printBound({ clauses, vars }: Pick<BoundPolicy, "clauses" | "vars">): string {
  return clauses.map((clause) => new Printer(vars).clause(clause)).join("\n");
}

class Printer {
  readonly #vars: readonly BoundVar[];

  constructor(vars: readonly BoundVar[]) {
    this.#vars = vars;
  }

  clause(clause: BoundClause): string {
    const { form, path, keys, params, element, isDefault, branches } = clause;
    const place = `data.${path.join(".")}${keys.map((key) => `[${this.#term(key)}]`).join("")}`;
    const args = form === "function" ? `(${params.map((param) => this.#term(param)).join(", ")})` : "";
    const contains = element === undefined ? "" : ` contains ${this.#term(element)}`;
    const head = `${isDefault ? "default " : ""}${place}${args}${contains}`;
    const lines = branches.map(({ body, value }, index) => {
      const start = index === 0 ? head : "else";
      const result = element === undefined ? ` := ${this.#term(value)}` : "";
      return `${start}${result}\n${this.#body(body, "  ")}`;
    });
    return lines.join("");
  }

  #body(body: BoundBody, indent: string): string {
    return body
      .map((statement) => `${indent}${this.#statement(statement, indent)}${this.#withs(statement)}\n`)
      .join("");
  }

  #block(body: BoundBody, indent: string): string {
    return `{\n${this.#body(body, `${indent}  `)}${indent}}`;
  }

  #statement(statement: BoundStatement, indent: string): string {
    switch (statement.kind) {
      case "holds":
        return this.#term(statement.term);
      case "unify":
        return `${this.#term(statement.left)} = ${this.#term(statement.right)}`;
      case "relation":
        return `${this.#term(statement.output)} in ${statement.name}(${this.#terms(statement.args)})`;
      case "not":
        return `not ${this.#block(statement.body, indent)}`;
      case "every": {
        const key = statement.key === undefined ? "" : `${this.#var(statement.key)}, `;
        const domain = this.#term(statement.domain);
        return `every ${key}${this.#var(statement.value)} in ${domain} ${this.#block(statement.body, indent)}`;
      }
      default:
        return assertNever(statement);
    }
  }

  #withs({ with: modifiers }: BoundStatement): string {
    return modifiers
      .map((modifier) => ` with ${this.#target(modifier.target)} as ${this.#replacement(modifier)}`)
      .join("");
  }

  #target(target: BoundWith["target"]): string {
    if (target.kind === "builtin") return target.name;
    return [target.kind === "input" ? "input" : "data", ...target.path].join(".");
  }

  #replacement({ replacement }: BoundWith): string {
    return replacement.kind === "value" ? this.#term(replacement.term) : printCallee(replacement.callee);
  }

  #terms(terms: readonly BoundTerm[]): string {
    return terms.map((term) => this.#term(term)).join(", ");
  }

  #term(term: BoundTerm): string {
    switch (term.kind) {
      case "constant":
        return toJson(term.value);
      case "var":
        return this.#var(term.id);
      case "ref": {
        const root = term.root.kind === "term" ? this.#term(term.root.term) : term.root.kind;
        return root + term.operands.map((operand) => this.#operand(operand)).join("");
      }
      case "call":
        return `${printCallee(term.callee)}(${this.#terms(term.args)})`;
      case "array":
        return `[${this.#terms(term.items)}]`;
      case "set":
        return `{${this.#terms(term.items)}}`;
      case "object":
        return `{${term.entries.map(({ key, value }) => `${this.#term(key)}: ${this.#term(value)}`).join(", ")}}`;
      case "comprehension": {
        const head =
          term.key === undefined ? this.#term(term.head) : `${this.#term(term.key)}: ${this.#term(term.head)}`;
        const body = this.#body(term.body, "").trimEnd().replaceAll("\n", "; ");
        return term.form === "array" ? `[${head} | ${body}]` : `{${head} | ${body}}`;
      }
      case "template":
        return `$"${term.parts.map((part) => (typeof part === "string" ? part : `{${this.#term(part)}}`)).join("")}"`;
      default:
        return assertNever(term);
    }
  }

  #operand(operand: BoundTerm): string {
    if (operand.kind === "constant" && typeof operand.value === "string" && /^[A-Za-z_]\w*$/.test(operand.value)) {
      return `.${operand.value}`;
    }
    return `[${this.#term(operand)}]`;
  }

  #var(id: VarId): string {
    const name = this.#vars[id]?.name ?? "?";
    return name.startsWith("$") ? name : `${name}${id}`;
  }
}

function printCallee(callee: Callee): string {
  return callee.kind === "builtin" ? callee.name : `data.${callee.path.join(".")}`;
}
