// The service's end-to-end check, run beside it inside the sandbox: what it answers, who it is, what it may touch. In: the
// environment (URL of the service, issuer settings, what must hold). Out: one JSON line for each check, exit status 0.
// `npm run test:gvisor` reads the lines; a missing one is a failure there.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { threeActions } from "../../checks/three-actions.ts";
import { wholePage } from "../../checks/whole-page.ts";
import { openIssuer } from "./sign-token.ts";

const setting = (name: string): string => {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
};
const url = setting("CHECK_URL");
const servicePid = setting("CHECK_PID");

function report(name: string, problems: readonly string[]): void {
  process.stdout.write(`${JSON.stringify({ name, problems })}\n`);
}

async function statusOf(path: string, init?: RequestInit): Promise<string> {
  const response = await fetch(url + path, init);
  const text = await response.text();
  const { code, status } = JSON.parse(text) as { readonly code?: string; readonly status?: string | number };
  return `${response.status} ${code ?? status}`;
}

function differing(
  found: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
): readonly string[] {
  return Object.entries(wanted)
    .filter(([name, want]) => found[name] !== want)
    .map(([name, want]) => `${name}: ${found[name]} instead of ${want}`);
}

/** Whether a file could be made there, as the reason why not. */
function writeTo(folder: string): string {
  try {
    mkdirSync(`${folder}/check`);
    writeFileSync(`${folder}/check/file`, "");
    return "written";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

const issuer = await openIssuer({
  issuer: setting("FLYBALL_ISSUER"),
  audience: setting("FLYBALL_AUDIENCE"),
  keysUrl: setting("FLYBALL_KEYS_URL"),
});
const action = (token?: string): RequestInit => ({
  method: "POST",
  headers: { "content-type": "application/json", ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
  body: "{}",
});
const junior = issuer.token("junior");

report(
  "it is live and ready",
  differing(
    { live: await statusOf("/health/live"), ready: await statusOf("/health/ready") },
    { live: "200 live", ready: "200 ready" },
  ),
);
report(
  "nobody acts without a token, or with a forged one",
  differing(
    {
      none: await statusOf("/v1/actions", action()),
      forged: await statusOf("/v1/actions", action(issuer.token("junior", issuer.stranger))),
      own: await statusOf("/v1/actions", action(junior)),
    },
    { none: "401 token_missing", forged: "401 token_invalid", own: "400 field_missing" },
  ),
);
report("one action is executed, one refused, one suspended", await threeActions({ url, token: junior }));
report("the page is whole, and allows nothing from elsewhere", await wholePage(url));

const log = await fetch(`${url}/v1/decisions`, { headers: { authorization: `Bearer ${junior}` } });
const { decisions = [] } = (await log.json()) as { readonly decisions?: readonly { readonly effect?: string }[] };
report(
  "the log holds these three decisions",
  differing({ effects: decisions.map(({ effect }) => effect).join(" ") }, { effects: "MANUAL_REVIEW DENY ALLOW" }),
);

const status = readFileSync(`/proc/${servicePid}/status`, "utf8");
const field = (name: string): string => new RegExp(`^${name}:\\s*(\\S+)`, "m").exec(status)?.[1] ?? "absent";
report(
  "it runs as an account that is not root, without capabilities",
  differing(
    { uid: field("Uid"), effective: field("CapEff").replace(/^0+$/, "none") },
    { uid: setting("CHECK_UID"), effective: "none" },
  ),
);
issuer.close();
report(
  "nothing but /tmp can be written",
  differing(
    { app: writeTo("/app"), root: writeTo("/"), tmp: writeTo("/tmp") },
    { app: "EROFS", root: "EROFS", tmp: "written" },
  ),
);
