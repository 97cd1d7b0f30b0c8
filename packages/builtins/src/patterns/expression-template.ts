import { BuiltinError } from "@flyball/engine";
import { RE2JS } from "re2js";
import { compileExpression } from "./compiled-expressions.ts";

/** `urn:foo:<.*>`: the expression of a text with expressions between delimiters. Throws `BuiltinError` for delimiters that do not pair and for expressions that are none. */
export function templateExpression(template: string, start: string, end: string): string {
  let expression = "^";
  let plainFrom = 0;
  let openAt = 0;
  let level = 0;
  for (let index = 0; index < template.length; index++) {
    const character = template[index];
    if (character === start) {
      level++;
      if (level === 1) openAt = index;
    } else if (character === end) {
      level--;
      if (level < 0) throw unbalanced(template);
      if (level > 0) continue;
      const inner = template.slice(openAt + 1, index);
      compileExpression(`^${inner}$`);
      expression += `${RE2JS.quote(template.slice(plainFrom, openAt))}(${inner})`;
      plainFrom = index + 1;
    }
  }
  if (level !== 0) throw unbalanced(template);
  return `${expression}${RE2JS.quote(template.slice(plainFrom))}$`;
}

function unbalanced(template: string): BuiltinError {
  return new BuiltinError(`unbalanced braces in ${JSON.stringify(template)}`);
}
