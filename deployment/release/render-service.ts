// `node deployment/release/render-service.ts --serving DESCRIBED.json NAME=VALUE... > service.yaml`: the service with a new
// revision that has no traffic yet. DESCRIBED.json is what `gcloud run services describe SERVICE --format=json` prints.

import { readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { candidateTraffic } from "./candidate-traffic.ts";
import { renderService, templateNames } from "./service-template.ts";

const usage = `usage: node deployment/release/render-service.ts --serving DESCRIBED.json NAME=VALUE...
names: ${templateNames.join(", ")}`;

/** The text, or what is wrong. */
function render(args: readonly string[]): { readonly text: string } | { readonly problems: readonly string[] } {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: { serving: { type: "string" } },
    allowPositionals: true,
  });
  if (values.serving === undefined) return { problems: [usage] };
  const pairs = positionals.map((each): readonly [string, string] => {
    const at = each.indexOf("=");
    return at < 0 ? [each, ""] : [each.slice(0, at), each.slice(at + 1)];
  });
  const given = new Map(pairs);
  const traffic = candidateTraffic(JSON.parse(readFileSync(values.serving, "utf8")), given.get("revision") ?? "");
  if (typeof traffic === "string") return { problems: [traffic] };
  const template = readFileSync(path.resolve(import.meta.dirname, "../service.yaml"), "utf8");
  const result = renderService(template, { values: given, traffic });
  return result.ok ? { text: result.text } : { problems: result.problems };
}

function outcome(): ReturnType<typeof render> {
  try {
    return render(process.argv.slice(2));
  } catch (error) {
    return { problems: [error instanceof Error ? error.message : String(error)] };
  }
}

const result = outcome();
if ("text" in result) {
  process.stdout.write(result.text);
} else {
  for (const problem of result.problems) process.stderr.write(`render-service: ${problem}\n`);
  process.exitCode = 2;
}
