import { BuiltinError } from "@flyball/engine";
import { decodeUtf8 } from "../bytes.ts";
import { parseUrl } from "../url/parse-url.ts";
import { unescapeBytes } from "../url/percent-encoding.ts";

/** A reference between schemas: a URL or a part of one. Sources: RFC 3986, JSON Reference. */
export interface JsonReference {
  readonly scheme: string;
  /** With its slashes: `//example.com`. */
  readonly authority: string;
  readonly path: string;
  /** With its question mark. */
  readonly query: string;
  /** Decoded, without its #. */
  readonly fragment: string;
}

/** Throws `BuiltinError` for what is no URL. */
export function parseReference(text: string): JsonReference {
  const [, scheme = "", authority = "", path = "", query = "", fragment = ""] =
    /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(\/\/[^/?#]*)?([^?#]*)(\?[^#]*)?(?:#(.*))?$/s.exec(text) ?? [];
  const decoded = unescapeBytes(fragment);
  if (parseUrl(text) === undefined || decoded === undefined) throw noUrl(text);
  return { scheme: scheme.toLowerCase(), authority, path, query, fragment: decodeUtf8(decoded) };
}

function noUrl(text: string): BuiltinError {
  const shown = JSON.stringify(text.slice(0, 200));
  const [, wrong] = /(%(?![0-9a-fA-F]{2}).{0,2})/s.exec(text) ?? [];
  return new BuiltinError(`parse ${shown}: ${wrong === undefined ? "no URL" : `invalid URL escape "${wrong}"`}`);
}

/** Two references with the same text lead to the same place. */
export function referenceText({ scheme, authority, path, query, fragment }: JsonReference): string {
  return (scheme === "" ? "" : `${scheme}:`) + authority + path + query + (fragment === "" ? "" : `#${fragment}`);
}

/** What `reference` means inside of a schema whose own place is `base`. */
export function resolveReference(base: JsonReference, reference: JsonReference): JsonReference {
  const { path, query, fragment } = reference;
  if (reference.scheme !== "") return { ...reference, path: withoutDots(path) };
  const { scheme } = base;
  if (reference.authority !== "") return { ...reference, scheme, path: withoutDots(path) };
  const { authority } = base;
  if (path === "") return { scheme, authority, path: base.path, query: query === "" ? base.query : query, fragment };
  const joined = path.startsWith("/") ? path : base.path.slice(0, base.path.lastIndexOf("/") + 1) + path;
  // As Go resolves it, such a path begins at the root even where the base has none.
  return { scheme, authority, path: withoutDots(joined.replace(/^(?!\/)/, "/")), query, fragment };
}

function withoutDots(path: string): string {
  if (!/(^|\/)\.\.?(\/|$)/.test(path)) return path;
  const kept: string[] = [];
  const steps = path.split("/");
  for (const [index, step] of steps.entries()) {
    const isLast = index === steps.length - 1;
    if (step === "..") {
      if (kept.length > 1 || (kept.length === 1 && kept[0] !== "")) kept.pop();
    } else if (step !== ".") kept.push(step);
    if (isLast && (step === ".." || step === ".")) kept.push("");
  }
  return kept.join("/");
}

/** Whether a document could be loaded from there. */
export function isCanonical({ scheme, authority, path }: JsonReference): boolean {
  return scheme === "file" ? path.startsWith("/") : scheme !== "" && authority.length > 2;
}

/** The part of a document that a fragment names: a JSON pointer; what is no pointer is the whole document. */
export function pointerSteps(fragment: string): readonly string[] {
  return fragment.startsWith("/") ? fragment.slice(1).split("/") : [];
}
