import { buildReadTree, ENCODER_VERSION, type Manifest } from "@flyball/engine/abi";
import { writeEntrypoint } from "./write-entrypoint.ts";

/**
 * The encoder of a module as the text of an ES module: for each entrypoint straight-line code from a JavaScript value to the frame, with
 * every check of values at the border. What it meets seldom (maps, sets, foreign prototypes, long numbers) it hands to the engine's own
 * road, so that both answer the same. In: the manifest, the digests by which a host knows the module, and the constant strings with which
 * each constant slot is compared. Same module, same text.
 */
export function writeEncoder(
  manifest: Manifest,
  {
    digests,
    comparedWith,
  }: {
    readonly digests: readonly string[];
    readonly comparedWith: ReadonlyMap<object, ReadonlySet<string>>;
  },
): string {
  const entrypoints = manifest.entrypoints.map((entrypoint, index) => {
    const own = new Set(entrypoint.slots);
    const slots = manifest.frame.slots.filter(({ slot }) => own.has(slot));
    const tree = buildReadTree(slots, manifest.frame.address);
    return writeEntrypoint({ name: `encoder${index}`, tree, strings: manifest.strings, comparedWith });
  });
  const names = manifest.entrypoints.map(({ name }, index) => `  ${JSON.stringify(name)}: encoder${index},`);
  return [
    `// Written by \`flyball build --encoder\` for the sources ${manifest.digests.sources}. Do not edit.`,
    `export const version = ${ENCODER_VERSION};`,
    `export const digests = ${JSON.stringify(digests)};`,
    "",
    "const UNDEFINED = 0xfff90000;",
    "const BOOLEAN = 0xfffb0000;",
    "const STRING = 0xfffc0000;",
    "",
    "/** Whether a number is one of at most two decimal places that the module takes as it is. */",
    "const isCents = (x) => {",
    "  const cents = Math.round(x * 100);",
    "  return cents / 100 === x && cents < 1e15 && cents > -1e15;",
    "};",
    "",
    ...entrypoints,
    "// A name from the policy could be that of a prototype's member.",
    "export const encoders = Object.assign(Object.create(null), {",
    ...names,
    "});",
    "",
  ].join("\n");
}
