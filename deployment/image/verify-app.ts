// `node deployment/image/verify-app.ts FOLDER`: proves that what was gathered serves, and holds nothing that it should not.
// In: FOLDER/app and the Node that it will run on, FOLDER/nodejs/bin/node. Out: exit status 0, or what is wrong and 1. Starts
// the service as the image will, but on loopback with development tokens and a state folder that is thrown away.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { threeActions } from "../checks/three-actions.ts";
import { wholePage } from "../checks/whole-page.ts";
import { imageConfig } from "./image-config.ts";

/** SIGKILL follows SIGTERM after 10 s on Cloud Run. */
const stopWithinMs = 10_000;
const startWithinMs = 30_000;

const forbidden: readonly { readonly pattern: RegExp; readonly what: string }[] = [
  { pattern: /node_modules\/(npm|typescript|assemblyscript|binaryen|vitest)\//, what: "a tool of development" },
  { pattern: /@flyball\/(compiler|cli)|packages\/(compiler|cli)\//, what: "the compiler" },
  { pattern: /^(packages|apps)\/.*\.(ts|map)$/, what: "a source" },
  { pattern: /^(packages|apps)\/[^/]+\/(test|src)\//, what: "a source" },
  { pattern: /\.rego$/, what: "a policy that is not compiled" },
  { pattern: /\.node$/, what: "native code" },
];

/** Everything in the folder that must not be in an image. */
function findForbidden(app: string): readonly string[] {
  const files = readdirSync(app, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(app, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"));
  return files.flatMap((file) =>
    forbidden.filter(({ pattern }) => pattern.test(file)).map(({ what }) => `${file} is ${what}`),
  );
}

/** What is wrong with the service; empty when it started, decided and stopped. */
async function findFaults(out: string): Promise<readonly string[]> {
  const state = mkdtempSync(path.join(tmpdir(), "flyball-verify-"));
  const [node = "", ...flags] = imageConfig.entrypoint;
  const child = spawn(path.join(out, node), [...flags, ...imageConfig.command.map((part) => path.join(out, part))], {
    cwd: path.join(out, imageConfig.workingFolder),
    env: {
      ...imageConfig.environment,
      HOST: "127.0.0.1",
      PORT: "0",
      FLYBALL_POLICY: path.join(out, imageConfig.environment["FLYBALL_POLICY"] ?? ""),
      FLYBALL_STATE: state,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const abort = setTimeout(() => child.kill("SIGKILL"), startWithinMs);
  try {
    const url = await readyUrl(child.stdout);
    if (url === undefined) return ["the service ended, or said nothing, instead of becoming ready"];
    const ready = await fetch(`${url}/health/ready`);
    const problems = ready.ok ? [] : [`/health/ready answers ${ready.status}`];
    const tokens = JSON.parse(readFileSync(path.join(state, "dev-tokens.json"), "utf8")) as { readonly junior: string };
    problems.push(...(await threeActions({ url, token: tokens.junior })));
    problems.push(...(await wholePage(url)));
    const late = setTimeout(() => child.kill("SIGKILL"), stopWithinMs);
    child.kill("SIGTERM");
    const [status, signal] = await ended;
    clearTimeout(late);
    if (status !== 0) problems.push(`SIGTERM ended the service with ${signal ?? `status ${status}`}`);
    return problems;
  } finally {
    clearTimeout(abort);
    child.kill("SIGKILL");
    await ended;
    rmSync(state, { recursive: true, force: true });
  }
}

/** The address in the line that says "ready". */
async function readyUrl(output: NodeJS.ReadableStream): Promise<string | undefined> {
  const lines = createInterface({ input: output });
  for await (const line of lines) {
    const { message, url } = JSON.parse(line) as { readonly message?: unknown; readonly url?: unknown };
    if (message === "ready" && typeof url === "string") {
      // What comes later is not read, and must not fill the pipe.
      output.resume();
      return url;
    }
  }
  return undefined;
}

const [folder, ...rest] = process.argv.slice(2);
if (folder === undefined || rest.length > 0) {
  process.stderr.write("usage: node deployment/image/verify-app.ts FOLDER\n");
  process.exitCode = 2;
} else {
  const out = path.resolve(folder);
  const problems = [...findForbidden(path.join(out, "app")), ...(await findFaults(out))];
  for (const problem of problems) process.stderr.write(`verify-app: ${problem}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
