import { BuiltinError } from "@flyball/engine";
import { makeObject, type RegoValue } from "@flyball/engine/values";
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type ParsedNode,
  parseAllDocuments,
  Scalar,
  visit,
  type YAMLMap,
} from "yaml";
import { decodeBase64, decodeUtf8 } from "../bytes.ts";
import { floatText } from "../format/float-text.ts";
import { MAX_ELEMENTS } from "../limits.ts";
import { numberOf, type Resolved, resolveScalar } from "./resolve-scalar.ts";

/** How deep collections and aliases may nest. */
const MAX_DEPTH = 1_000;

/** Characters that YAML has no place for. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;

/** One conversion. `text`: of the whole stream. `left`: nodes that may still be made; aliases make those that they stand for again. */
interface Conversion {
  readonly targets: ReadonlyMap<Alias, Node>;
  left: number;
  readonly text: string;
}

/** The first document of a YAML stream as a value that JSON could hold; null for an empty stream. All documents must be well-formed. Throws `BuiltinError`. */
export function parseYaml(text: string): RegoValue {
  if (FORBIDDEN.test(text)) throw new BuiltinError("yaml: control characters are not allowed");
  const documents = parseDocuments(text);
  const [first] = documents;
  if (first === undefined) return null;
  return convert(first.contents, { targets: aliasTargets(first), left: MAX_ELEMENTS, text }, 0);
}

function parseDocuments(text: string): readonly Document.Parsed[] {
  // All scalars stay texts: resolving them is ours.
  const options = {
    schema: "failsafe",
    uniqueKeys: false,
    merge: false,
    logLevel: "silent",
    prettyErrors: false,
  } as const;
  try {
    const parsed: readonly Document.Parsed[] = parseAllDocuments(text, options);
    const [error] = parsed.flatMap(({ errors }) => errors);
    if (error !== undefined) throw error;
    return parsed;
  } catch (error) {
    // The library recurses, so a text that nests too deep ends in a RangeError.
    throw new BuiltinError(`yaml: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function convert(node: Node | ParsedNode | null | undefined, conversion: Conversion, depth: number): RegoValue {
  conversion.left--;
  if (conversion.left < 0) throw new BuiltinError("yaml: the document has too many nodes", { fatal: true });
  if (depth > MAX_DEPTH) throw new BuiltinError("yaml: the document nests too deep");
  if (node === null || node === undefined) return null;
  if (isAlias(node)) return convert(aliased(node, conversion), conversion, depth + 1);
  if (isScalar(node)) return scalarValue(node, conversion);
  if (isSeq(node)) return node.items.map((item) => convert(item as Node | null, conversion, depth + 1));
  if (isMap(node)) return makeObject(mapEntries(node, conversion, depth));
  throw new BuiltinError("yaml: unknown kind of node");
}

/** What each alias stands for: the last node before it with that anchor. The library's own search begins anew for each alias. */
function aliasTargets(document: Document.Parsed): ReadonlyMap<Alias, Node> {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  visit(document, {
    Alias: (_, alias) => {
      const target = anchors.get(alias.source);
      if (target === undefined) throw new BuiltinError(`yaml: unknown anchor '${alias.source}' referenced`);
      targets.set(alias, target);
    },
    Value: (_, node) => {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
}

function aliased(alias: Alias, { targets }: Conversion): Node {
  return targets.get(alias) ?? alias;
}

/** Halves of surrogate pairs between double quotes are no characters to go-yaml, also where both are there. */
const SURROGATE_ESCAPE = /(?:^|[^\\])(?:\\\\)*\\(?:u|U0000)[dD][89a-fA-F]/;

function scalarValue(node: Scalar, { text }: Conversion): RegoValue {
  const [start = 0, end = 0] = node.range ?? [];
  if (node.type === Scalar.QUOTE_DOUBLE && SURROGATE_ESCAPE.test(text.slice(start, end)))
    throw new BuiltinError("yaml: found invalid Unicode character escape code");
  const resolved = resolveNode(node);
  if (resolved.tag !== "int" && resolved.tag !== "float") return resolved.value;
  if (resolved.tag === "float" && !Number.isFinite(resolved.value))
    throw new BuiltinError(`yaml: ${resolved.value} is no number of JSON`);
  return numberOf(resolved);
}

const TAG_PREFIX = "tag:yaml.org,2002:";

function resolveNode(node: Scalar): Resolved {
  const text = node.source ?? (typeof node.value === "string" ? node.value : "");
  const tag = node.tag?.startsWith(TAG_PREFIX) ? node.tag.slice(TAG_PREFIX.length) : undefined;
  if (node.tag === undefined) return node.type === Scalar.PLAIN ? resolveScalar(text) : { tag: "text", value: text };
  switch (tag) {
    case "binary": {
      const bytes = decodeBase64(text.replace(/\s/g, ""), { alphabet: "standard", padding: true });
      if (bytes === undefined) throw new BuiltinError("yaml: !!binary value contains invalid base64 data");
      return { tag: "text", value: decodeUtf8(bytes) };
    }
    case "null":
    case "bool":
    case "int":
    case "float": {
      const resolved = resolveScalar(text);
      if (resolved.tag === tag) return resolved;
      if (tag === "float" && resolved.tag === "int") return { tag: "float", value: Number(resolved.value) };
      throw new BuiltinError(`yaml: cannot decode !!${resolved.tag} \`${text}\` as a !!${tag}`);
    }
    default:
      return { tag: "text", value: text };
  }
}

/** Merged pairs first, so that the map's own come after them and count. */
function mapEntries(map: YAMLMap, conversion: Conversion, depth: number): (readonly [RegoValue, RegoValue])[] {
  const merged: (readonly [RegoValue, RegoValue])[] = [];
  const own: (readonly [RegoValue, RegoValue])[] = [];
  for (const { key, value } of map.items) {
    const keyNode = isAlias(key) ? aliased(key, conversion) : key;
    if (isScalar(keyNode) && resolveNode(keyNode).tag === "merge") {
      // Of several merges the earlier ones count more.
      merged.unshift(...mergedEntries(value as Node | null, conversion, depth + 1));
    } else {
      own.push([keyText(keyNode), convert(value as Node | null, conversion, depth + 1)]);
    }
  }
  return [...merged, ...own];
}

function mergedEntries(node: Node | null, conversion: Conversion, depth: number): (readonly [RegoValue, RegoValue])[] {
  if (depth > MAX_DEPTH) throw new BuiltinError("yaml: the document nests too deep");
  const target = isAlias(node) ? aliased(node, conversion) : node;
  if (isMap(target)) {
    conversion.left -= target.items.length;
    return mapEntries(target, conversion, depth);
  }
  if (isSeq(target) && target.items.every((item) => !isSeq(item)))
    return target.items.toReversed().flatMap((item) => mergedEntries(item as Node | null, conversion, depth + 1));
  throw new BuiltinError("yaml: map merge requires map or sequence of maps as the value");
}

/** Keys become texts; null, maps and sequences are none. */
function keyText(key: unknown): string {
  const resolved = isScalar(key) ? resolveNode(key) : undefined;
  switch (resolved?.tag) {
    case "text":
      return resolved.value;
    case "bool":
    case "int":
      return String(resolved.value);
    case "float":
      return floatKey(resolved.value);
    default:
      throw new BuiltinError("yaml: invalid map key");
  }
}

/** With the digits of a 32-bit float, as OPA writes it. */
function floatKey(value: number): string {
  if (Number.isNaN(value)) return ".nan";
  const single = Math.fround(value);
  if (!Number.isFinite(single)) return single > 0 ? ".inf" : "-.inf";
  for (let digits = 1; digits <= 9; digits++) {
    const text = single.toPrecision(digits);
    if (Math.fround(Number(text)) === single) return floatText(Number(text), "g", -1);
  }
  return floatText(single, "g", -1);
}
