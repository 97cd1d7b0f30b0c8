// Packs the compiled command line and all it imports into a few files under dist/packed, so that the command starts in a
// third of the time: most of it is spent on finding and reading some 250 small files. Run after the compiler (`npm run
// build`). Same sources, same files. What is packed of others comes with its licence.

import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { rolldown } from "rolldown";

const folder = path.join(import.meta.dirname, "..");
const output = path.join(folder, "dist", "packed");

const bundle = await rolldown({
  input: path.join(folder, "dist", "main.js"),
  platform: "node",
  // Found where it is installed, or not at all.
  external: ["binaryen", "@flyball/governor/postgres"],
  onLog: (level, log, report) => {
    if (level !== "info") report("error", log);
  },
});
rmSync(output, { recursive: true, force: true });
const { output: written } = await bundle.write({
  dir: output,
  format: "esm",
  chunkFileNames: "[name].js",
  // Names stay, for stack traces and `error.name`.
  minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
});
await bundle.close();

const packages = new Set<string>();
for (const chunk of written) {
  for (const id of chunk.type === "chunk" ? chunk.moduleIds : []) {
    const end = /.*[\\/]node_modules[\\/](@[^\\/]+[\\/])?[^\\/]+/.exec(id)?.[0];
    if (end !== undefined) packages.add(end);
  }
}
const notices = [...packages].sort().map(licenceOf);
writeFileSync(path.join(output, "THIRD-PARTY-LICENCES.txt"), notices.join("\n"));

function licenceOf(root: string): string {
  const { name, version, license, author } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
    readonly name: string;
    readonly version: string;
    readonly license?: string;
    readonly author?: unknown;
  };
  if (license === undefined) throw new Error(`${name} is packed and names no licence`);
  const file = ["LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE"]
    .map((each) => path.join(root, each))
    .find(existsSync);
  const text =
    file === undefined
      ? `Licensed under ${license}, as its package.json says; it comes without the text. Author: ${JSON.stringify(author)}`
      : readFileSync(file, "utf8");
  return `${name} ${version} (${license})\n\n${text}\n`;
}
