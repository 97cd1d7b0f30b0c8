import { BuiltinError } from "@flyball/engine";
import { MAX_TEXT } from "./limits.ts";

/** Patterns by their UTF-16 units; `end` is set where one ends. */
interface Node {
  readonly next: Map<number, Node>;
  end: { readonly rank: number; readonly length: number; readonly replacement: string } | undefined;
}

/** Units that one call may compare; patterns that share long beginnings with each place of the text cost their length at each. */
const MAX_STEPS = 20_000_000;

/**
 * Replaces all patterns at once, from left to right: at each place the first pattern, in the order given, that stands there. An empty pattern stands everywhere,
 * besides the one that is found there otherwise. Source: Go's strings.Replacer.
 */
export function replacePatterns(
  patterns: readonly (readonly [pattern: string, replacement: string])[],
  text: string,
): string {
  const root = treeOf(patterns);
  const everywhere = root.end?.replacement ?? "";
  let replaced = "";
  let steps = 0;
  for (let at = 0; at < text.length; ) {
    replaced += everywhere;
    let [best, node] = [undefined as Node["end"], root as Node | undefined];
    for (let unit = at; node !== undefined; unit++) {
      if (++steps > MAX_STEPS) throw new BuiltinError("the patterns take too long", { fatal: true });
      if (node !== root && node.end !== undefined && (best === undefined || node.end.rank < best.rank)) best = node.end;
      node = unit < text.length ? node.next.get(text.charCodeAt(unit)) : undefined;
    }
    const plain = String.fromCodePoint(text.codePointAt(at) ?? 0);
    replaced += best?.replacement ?? plain;
    at += best?.length ?? plain.length;
    if (replaced.length > MAX_TEXT) throw new BuiltinError("the text is too long", { fatal: true });
  }
  return replaced + everywhere;
}

function treeOf(patterns: readonly (readonly [string, string])[]): Node {
  const root: Node = { next: new Map(), end: undefined };
  for (const [rank, [pattern, replacement]] of patterns.entries()) {
    let node = root;
    for (let unit = 0; unit < pattern.length; unit++) {
      const code = pattern.charCodeAt(unit);
      const child = node.next.get(code) ?? { next: new Map(), end: undefined };
      node.next.set(code, child);
      node = child;
    }
    node.end ??= { rank, length: pattern.length, replacement };
  }
  return root;
}
