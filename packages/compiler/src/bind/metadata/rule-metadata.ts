import { makeObject, type RegoValue } from "@flyball/engine/values";
import { pathKey } from "../../documents/path-key.ts";
import type { RuleNode } from "../../syntax/nodes.ts";
import { splitHead } from "../rule-index.ts";
import type { Annotation, Annotations } from "./annotations.ts";

/** What `rego.metadata.rule()` answers in a rule: its first annotation. */
export function ruleMetadata(rule: RuleNode, { ofRules }: Annotations): RegoValue {
  return ofRules.get(rule)?.[0]?.value ?? {};
}

/** What `rego.metadata.chain()` answers in a rule: its annotations, then those of the document, the package, and the packages above, nearest first. */
export function metadataChain(
  { rule, packagePath }: { readonly rule: RuleNode; readonly packagePath: readonly string[] },
  annotations: Annotations,
): RegoValue {
  const { path } = splitHead(rule, packagePath);
  const own = [...(annotations.ofRules.get(rule) ?? [])].reverse().map(link);
  const links = own.length > 0 ? own : [makeObject([["path", path]])];
  const around = [annotations.ofDocuments.get(pathKey(path)), annotations.ofPackages.get(pathKey(packagePath))];
  for (let length = packagePath.length; length >= 0; length--) {
    around.push(annotations.ofSubpackages.get(pathKey(packagePath.slice(0, length))));
  }
  return [...links, ...around.flatMap((annotation) => (annotation === undefined ? [] : [link(annotation)]))];
}

function link({ path, value }: Annotation): RegoValue {
  return makeObject([
    ["path", path],
    ["annotations", value],
  ]);
}
