// `node deployment/release/check-revision.ts URL | --candidate DESCRIBED.json`: whether a revision that has no traffic yet may get
// some. DESCRIBED.json is what `gcloud run services describe SERVICE --format=json` prints. Asks the revision what anybody may ask: is it alive, is it ready, does it refuse who has no token. With ID_TOKEN in the environment the questions pass a
// Cloud Run that lets in only those it knows; the header is the one that leaves `Authorization` to the service. Exit status 1
// and a line for each wrong answer.

import { readFileSync } from "node:fs";
import { candidateUrl } from "./candidate-traffic.ts";

interface Question {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly status: number;
  readonly code: string;
}

const questions: readonly Question[] = [
  { method: "GET", path: "/health/live", status: 200, code: "live" },
  { method: "GET", path: "/health/ready", status: 200, code: "ready" },
  { method: "POST", path: "/v1/actions", status: 401, code: "token_missing" },
  { method: "GET", path: "/v1/decisions", status: 401, code: "token_missing" },
];

const timeoutMs = 15_000;

/** What is wrong; undefined where the answer is as it must be. */
async function ask(base: string, { method, path, status, code }: Question): Promise<string | undefined> {
  const token = process.env["ID_TOKEN"];
  try {
    const response = await fetch(new URL(path, base), {
      method,
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
      headers: {
        ...(token ? { "x-serverless-authorization": `Bearer ${token}` } : {}),
        ...(method === "POST" ? { "content-type": "application/json" } : {}),
      },
      ...(method === "POST" ? { body: "{}" } : {}),
    });
    const found = codeOf(await response.text());
    if (response.status === status && found === code) return undefined;
    return `${method} ${path} should answer ${status} ${code}, and answered ${response.status} ${found}`;
  } catch (error) {
    return `${method} ${path} got no answer: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** A problem's code, or the word of a health answer. */
function codeOf(body: string): string {
  try {
    const { code, status } = JSON.parse(body) as { readonly code?: unknown; readonly status?: unknown };
    return String(code ?? status);
  } catch {
    return "(not JSON)";
  }
}

/** Where to ask, or undefined where the arguments do not say. */
function readUrl([first, second, ...rest]: readonly string[]): string | undefined {
  if (rest.length > 0 || first === undefined) return undefined;
  if (first === "--candidate" && second !== undefined) return candidateUrl(JSON.parse(readFileSync(second, "utf8")));
  return second === undefined && URL.canParse(first) ? first : undefined;
}

const url = readUrl(process.argv.slice(2));
if (url === undefined) {
  process.stderr.write("check-revision: no address (URL, or --candidate and a service that has a candidate)\n");
  process.exitCode = 2;
} else {
  const problems: string[] = [];
  for (const question of questions) {
    const problem = await ask(url, question);
    if (problem !== undefined) problems.push(problem);
  }
  for (const problem of problems) process.stderr.write(`check-revision: ${problem}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
