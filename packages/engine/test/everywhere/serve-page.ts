import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { stripTypeScriptTypes } from "node:module";
import type { AddressInfo } from "node:net";
import path from "node:path";

export interface ServedPage {
  readonly url: string;
  readonly close: () => Promise<void>;
}

const room = path.join(import.meta.dirname, "../..");

/** A browser knows no packages. */
const PACKAGES: readonly (readonly [name: string, file: string])[] = [
  ['"@flyball/engine/values"', '"/src/values/index.ts"'],
  ['"@flyball/engine"', '"/src/index.ts"'],
];

/** The engine's sources as a browser reads them, on a page whose policy allows nothing but scripts of its own origin and WebAssembly. */
export async function servePage(job: string): Promise<ServedPage> {
  const pages: Readonly<Record<string, readonly [type: string, text: string]>> = {
    "/": [
      "text/html",
      '<!doctype html><title>engine</title><script type="module" src="/test/everywhere/page-main.ts"></script>',
    ],
    "/job.json": ["application/json", job],
  };
  const server = createServer((request, response) => {
    const name = request.url ?? "/";
    const [type, text] = pages[name] ?? ["text/javascript", scriptText(name)];
    response.writeHead(text === undefined ? 404 : 200, {
      "content-type": `${type}; charset=utf-8`,
      "content-security-policy": "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'",
    });
    response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function scriptText(name: string): string | undefined {
  const file = path.join(room, name);
  if (!/^\/(src|test)\/[\w/.-]+\.ts$/.test(name) || !file.startsWith(room + path.sep)) return undefined;
  const text = stripTypeScriptTypes(readFileSync(file, "utf8"));
  return PACKAGES.reduce((script, [specifier, target]) => script.replaceAll(specifier, target), text);
}
