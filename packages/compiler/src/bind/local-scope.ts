import type { VarId } from "./bound.ts";

/**
 * How a name came into its scope. `foreseen`: it occurs in the scope's body undeclared, further down perhaps; it is there from the start, so that
 * comprehensions which stand earlier close over it.
 */
export type Occurrence = "foreseen" | "seen" | "parameter" | "assigned" | "declared";

export interface LocalName {
  readonly id: VarId;
  occurrence: Occurrence;
  /** How often the name was used after it came in. */
  uses: number;
}

/** The names of one body, inside those of the bodies around it. */
export interface LocalScope {
  readonly parent: LocalScope | undefined;
  readonly names: Map<string, LocalName>;
}

export function openScope(parent: LocalScope | undefined): LocalScope {
  return { parent, names: new Map() };
}

export function lookUp(scope: LocalScope, name: string): LocalName | undefined {
  for (let current: LocalScope | undefined = scope; current !== undefined; current = current.parent) {
    const found = current.names.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Why the name cannot be declared in this scope, or undefined where it can. */
export function whyTaken(scope: LocalScope, name: string): string | undefined {
  const taken = scope.names.get(name)?.occurrence;
  switch (taken) {
    case undefined:
    case "foreseen":
      return undefined;
    case "seen":
      return `var ${name} referenced above`;
    case "assigned":
      return `var ${name} assigned above`;
    case "declared":
      return `var ${name} declared above`;
    case "parameter":
      return `arg ${name} redeclared`;
  }
}
