import { globSync, readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import path from "node:path";
import type { PageFile } from "@flyball/service/http-views";

const types: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".woff2": "font/woff2",
};

/** `index.html` at `/`, the others below `/console/`. Read once, at start: a file that is missing stops the start. */
export function readPageFiles(): readonly PageFile[] {
  const folder = path.join(import.meta.dirname, "../public");
  const files = globSync("*", { cwd: folder }).map((name) => {
    const served = name === "index.html" ? "/" : `/console/${name}`;
    return { path: served, type: types[path.extname(name)] ?? "", bytes: readFileSync(path.join(folder, name)) };
  });
  return [...files, ...modules()].sort((one, other) => (one.path < other.path ? -1 : 1));
}

/**
 * The page's modules: compiled ones beside a compiled copy of this file; beside its source the sources, with spaces in
 * place of their types, so that `npm start` builds nothing. Sources name each other by `.ts`; the one that the page names
 * has the name that it will have.
 */
function modules(): readonly PageFile[] {
  const folder = path.join(import.meta.dirname, "page");
  const extension = path.extname(import.meta.filename);
  const type = types[".js"] ?? "";
  return globSync(`**/*${extension}`, { cwd: folder })
    .filter((name) => !name.endsWith(".d.ts"))
    .map((name) => {
      const address = `/console/${name.split(path.sep).join("/")}`;
      const text = readFileSync(path.join(folder, name), "utf8");
      if (extension === ".js") return { path: address, type, bytes: Buffer.from(text) };
      return { path: address.replace(/\/main\.ts$/, "/main.js"), type, bytes: Buffer.from(withoutTypes(text)) };
    });
}

/** Node calls the function experimental each time a process begins to use it, which is nothing to tell at every start. */
function withoutTypes(source: string): string {
  const own = Object.getOwnPropertyDescriptor(process, "emitWarning") ?? { value: undefined };
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(source);
  } finally {
    Object.defineProperty(process, "emitWarning", own);
  }
}
