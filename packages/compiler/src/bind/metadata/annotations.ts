import { isString, makeObject, type RegoValue, toJson } from "@flyball/engine/values";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { pathKey } from "../../documents/path-key.ts";
import type { ImportNode, ModuleNode, PackageNode, RuleNode, Span } from "../../syntax/nodes.ts";
import { splitHead } from "../rule-index.ts";
import { AnnotationMistake, annotationFields } from "./annotation-value.ts";
import { findMetadataBlocks, type MetadataBlock } from "./find-metadata-blocks.ts";
import { loadYaml } from "./load-yaml.ts";

/** The annotations of all modules, by what they are about. */
export interface Annotations {
  /** `scope: rule`, in the order of the text. */
  readonly ofRules: Map<RuleNode, Annotation[]>;
  /** `scope: document`, by path of the rule. */
  readonly ofDocuments: Map<string, Annotation>;
  readonly ofPackages: Map<string, Annotation>;
  /** By path of the package above. */
  readonly ofSubpackages: Map<string, Annotation>;
}

export interface Annotation {
  /** What `rego.metadata.rule()` answers. */
  readonly value: RegoValue;
  /** The path of what it is about, without `data`. */
  readonly path: readonly string[];
  readonly span: Span;
}

/** Reads the METADATA blocks of all modules. Mistakes in them are reported as OPA's parser does. */
export function readAnnotations(modules: readonly ModuleNode[], diagnostics: Diagnostic[]): Annotations {
  const annotations: Annotations = {
    ofRules: new Map(),
    ofDocuments: new Map(),
    ofPackages: new Map(),
    ofSubpackages: new Map(),
  };
  for (const module of modules) {
    for (const block of findMetadataBlocks(module)) {
      try {
        addBlock(block, module, annotations);
      } catch (error) {
        if (!(error instanceof AnnotationMistake)) throw error;
        const { message } = error;
        diagnostics.push({ code: "rego_parse_error", severity: "error", span: block.span, message });
      }
    }
  }
  return annotations;
}

type Target = PackageNode | ImportNode | RuleNode;

function addBlock(block: MetadataBlock, module: ModuleNode, annotations: Annotations): void {
  const fields = new Map(annotationFields(parseYaml(block.yaml)));
  const target = targetBelow(block, module);
  const scope = fields.get("scope") ?? defaultScope(target, fields.get("entrypoint") === true);
  if (fields.get("entrypoint") === true && scope !== "document" && scope !== "package")
    throw new AnnotationMistake(
      `annotation entrypoint applied to non-document or package scope '${isString(scope) ? scope : toJson(scope)}'`,
    );
  fields.set("scope", scope);
  const value = makeObject(fields);
  const { span } = block;
  switch (scope) {
    case "rule":
    case "document": {
      if (target?.kind !== "rule") throw new AnnotationMistake(`annotation scope '${scope}' must be applied to rule`);
      const { path } = splitHead(target, module.package.path);
      const annotation = { value, path, span };
      if (scope === "document") declare(annotations.ofDocuments, annotation);
      else annotations.ofRules.set(target, [...(annotations.ofRules.get(target) ?? []), annotation]);
      return;
    }
    case "package":
    case "subpackages": {
      if (target?.kind !== "package")
        throw new AnnotationMistake(`annotation scope '${scope}' must be applied to package`);
      const places = scope === "package" ? annotations.ofPackages : annotations.ofSubpackages;
      declare(places, { value, path: target.path, span });
      return;
    }
    default:
      throw new AnnotationMistake(
        `invalid annotation scope ${toJson(scope)}. Use one of 'rule', 'document', 'package', or 'subpackages'`,
      );
  }
}

function parseYaml(text: string): unknown {
  if (text.trim() === "") throw new AnnotationMistake("expected METADATA block, found whitespace");
  const { parse, YAMLError } = loadYaml();
  try {
    return parse(text, { mapAsMap: true, maxAliasCount: 100, logLevel: "error" });
  } catch (error) {
    if (!(error instanceof YAMLError || error instanceof ReferenceError)) throw error;
    throw new AnnotationMistake(`this METADATA block is no YAML: ${error.message.split(" at line ", 1)[0]}`);
  }
}

function declare(places: Map<string, Annotation>, annotation: Annotation): void {
  const key = pathKey(annotation.path);
  if (places.has(key))
    throw new AnnotationMistake(`annotations of data.${annotation.path.join(".")} are declared twice`);
  places.set(key, annotation);
}

function targetBelow({ span }: MetadataBlock, module: ModuleNode): Target | undefined {
  const targets: readonly Target[] = [module.package, ...module.imports, ...module.rules];
  return targets.find((target) => target.span.start >= span.end);
}

function defaultScope(target: Target | undefined, entrypoint: boolean): string {
  if (target?.kind === "rule") return entrypoint ? "document" : "rule";
  return target?.kind ?? "";
}
