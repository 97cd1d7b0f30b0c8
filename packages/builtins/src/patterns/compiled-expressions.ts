import { BuiltinError } from "@flyball/engine";
import { RE2JS } from "re2js";

/** Expressions that are kept compiled, those that were used last. */
const KEPT = 256;

/** Longer ones are refused: the compiled form is many times their size. */
const LONGEST = 100_000;

const compiled = new Map<string, RE2JS>();

/** An expression in RE2's syntax. Throws `BuiltinError` for one that is none. */
export function compileExpression(pattern: string): RE2JS {
  const known = compiled.get(pattern);
  if (known !== undefined) {
    compiled.delete(pattern);
    compiled.set(pattern, known);
    return known;
  }
  if (pattern.length > LONGEST) throw new BuiltinError(`an expression of ${pattern.length} characters is too long`);
  const made = compileAnew(pattern);
  const oldest = compiled.keys().next();
  if (compiled.size >= KEPT && !oldest.done) compiled.delete(oldest.value);
  compiled.set(pattern, made);
  return made;
}

function compileAnew(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    throw new BuiltinError(error instanceof Error ? error.message : String(error));
  }
}
