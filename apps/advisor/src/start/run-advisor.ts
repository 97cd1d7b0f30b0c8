// The governed financial advisor as a process: from settings to a service that listens, or to one line that says why not.
// In: settings. Out: a running service and the way to stop it. Opens its stores before it listens and closes them after;
// it never imports the compiler.

import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { readPageFiles } from "@flyball/console";
import { type ActionPolicy, type Governor, type Store, StoreError } from "@flyball/governor";
import { openSqliteStore } from "@flyball/governor/sqlite";
import {
  type ChatLimits,
  developmentIdentity,
  type Identity,
  issuerIdentity,
  proxyIdentity,
  type RunningService,
  type StartOptions,
  startService,
} from "@flyball/service";
import { type ChatAgentOptions, createChatAgent } from "../agent/create-chat-agent.ts";
import { openPaperBroker, type PaperBroker } from "../broker/paper-broker.ts";
import { executeTradeTool } from "../tools/execute-trade.ts";
import { getPortfolioTool } from "../tools/get-portfolio.ts";
import { getQuoteTool } from "../tools/get-quote.ts";
import { consoleKey } from "./console-key.ts";
import { loadActionPolicy } from "./load-action-policy.ts";
import { logLine } from "./log-line.ts";
import type { Settings } from "./read-settings.ts";
import { startTelemetry } from "./telemetry.ts";

export interface Advisor {
  readonly service: RunningService;
  /** Where the development tokens were written; undefined with a real issuer. */
  readonly tokensFile: string | undefined;
  /** The page with the key that it asks for; undefined with a real issuer. A secret: for a terminal, never for a log. */
  readonly pageLink: string | undefined;
  readonly policyDigest: string;
  /** Finishes what is in flight within `withinMs`, then closes everything. */
  readonly stop: (withinMs: number) => Promise<void>;
}

export type AdvisorResult =
  | { readonly ok: true; readonly advisor: Advisor }
  | { readonly ok: false; readonly message: string };

export interface RunOptions {
  /** Told about every request that was answered. */
  readonly onAnswer?: StartOptions["onAnswer"];
  /** Bounds of a turn, and another model in place of the one in the settings. */
  readonly chat?: Pick<ChatAgentOptions, "budget" | "loadModel"> & { readonly limits?: Partial<ChatLimits> };
}

export async function runAdvisor(settings: Settings, options: RunOptions = {}): Promise<AdvisorResult> {
  const loaded = await loadActionPolicy(settings.policyFile);
  if (!loaded.ok) return loaded;
  const opened = await openStores(settings);
  if (!opened.ok) return opened;
  const { store, broker } = opened;
  const close = async () => {
    await store.close();
    broker.close();
  };
  const started = await listen({ settings, store, broker, policy: loaded.policy, options });
  if (!started.ok) {
    await close();
    return started;
  }
  const stopReconciling = reconcileRegularly(started.service.governor);
  const stop = async (withinMs: number) => {
    await stopReconciling();
    await started.service.stop(withinMs);
    await close();
  };
  const { service, tokensFile, pageLink } = started;
  return { ok: true, advisor: { service, tokensFile, pageLink, policyDigest: loaded.policy.digest, stop } };
}

/** What other processes left behind, and reviews whose time is over. Often enough for people, rare enough for a database. */
const reconcileMs = 30_000;

/** Begins now; the returned function ends it and waits for what is under way. */
function reconcileRegularly(governor: Governor): () => Promise<void> {
  let working: Promise<void> = Promise.resolve();
  let isWorking = false;
  const work = (): void => {
    // A broker that takes its time is not asked again meanwhile.
    if (isWorking) return;
    isWorking = true;
    const reconciled = governor.reconcile().then(
      ({ settled, expired, left }) => {
        if (settled + expired + left > 0) logLine("INFO", "reconciled", { settled, expired, left });
      },
      (error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        logLine("WARNING", "what was left without an outcome could not be looked at", { reason });
      },
    );
    working = reconciled.finally(() => {
      isWorking = false;
    });
  };
  const timer = setInterval(work, reconcileMs);
  work();
  return () => {
    clearInterval(timer);
    return working;
  };
}

type Opened =
  | { readonly ok: true; readonly store: Store; readonly broker: PaperBroker }
  | { readonly ok: false; readonly message: string };

async function openStores(settings: Settings): Promise<Opened> {
  const opened = await openStore(settings);
  if (!opened.ok) return opened;
  const brokerFile = path.join(settings.stateFolder, "paper-broker.sqlite");
  try {
    return { ...opened, broker: openPaperBroker({ path: brokerFile, now: Date.now }) };
  } catch (error) {
    void opened.store.close();
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, message: `the paper broker's file ${brokerFile} cannot be used: ${reason}` };
  }
}

type OpenedStore = { readonly ok: true; readonly store: Store } | { readonly ok: false; readonly message: string };

async function openStore({ stateFolder, databaseUrl }: Settings): Promise<OpenedStore> {
  const file = path.join(stateFolder, "governor.sqlite");
  const where = databaseUrl === undefined ? file : "in the database of DATABASE_URL";
  try {
    if (databaseUrl === undefined) return { ok: true, store: openSqliteStore({ path: file }) };
    // Loaded here alone, so that nobody needs the driver who does not use it.
    const { openPostgresStore } = await import("@flyball/governor/postgres");
    return { ok: true, store: await openPostgresStore({ connectionString: databaseUrl }) };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return { ok: false, message: `the governor's store ${where} cannot be used (${error.code}): ${error.message}` };
  }
}

type Listening =
  | ({ readonly ok: true } & Pick<Advisor, "service" | "tokensFile" | "pageLink">)
  | { readonly ok: false; readonly message: string };

async function listen(parts: {
  readonly settings: Settings;
  readonly store: Store;
  readonly broker: PaperBroker;
  readonly policy: ActionPolicy;
  readonly options: RunOptions;
}): Promise<Listening> {
  const { settings, store, broker, policy, options } = parts;
  const { onAnswer } = options;
  const { limits, ...agent } = options.chat ?? {};
  const identity = await identityOf(settings);
  if (identity instanceof TypeError) return { ok: false, message: identity.message };
  const developmentKey = identity.kind === "development" ? await consoleKey(settings.stateFolder) : undefined;
  const result = await startService({
    policy,
    page: { files: readPageFiles(), ...(developmentKey === undefined ? {} : { developmentKey }) },
    store,
    identity,
    host: settings.host,
    port: settings.port,
    govern: (governor) => {
      governor.governTool(executeTradeTool(broker));
      governor.governTool(getPortfolioTool(broker));
      governor.governTool(getQuoteTool(Date.now));
    },
    ...startTelemetry(),
    chat: (governor) => ({
      agent: createChatAgent({ governor, model: settings.model, ...agent }),
      ...(limits === undefined ? {} : { limits }),
    }),
    ...(onAnswer === undefined ? {} : { onAnswer }),
    onFault: ({ requestId, route, error }) => {
      logLine("ERROR", "a request failed", { requestId, route, error: error instanceof Error ? error.stack : error });
    },
  });
  if (result.kind === "refused") {
    const wayOut = result.code === "address_unavailable" ? "; PORT=0 takes any free port" : "";
    return { ok: false, message: result.message + wayOut };
  }
  const tokensFile = identity.kind === "development" ? await writeTokens(settings, identity.tokens) : undefined;
  const { service } = result;
  const pageLink = developmentKey === undefined ? undefined : `${service.url}/#key=${developmentKey}`;
  return { ok: true, service, tokensFile, pageLink };
}

/** The error is a setting that a person must correct. */
function identityOf({ identity }: Settings): Promise<Identity> | Identity | TypeError {
  if (identity.kind === "development") return developmentIdentity();
  try {
    return identity.kind === "issuer" ? issuerIdentity(identity.options) : proxyIdentity(identity.options);
  } catch (error) {
    if (error instanceof TypeError) return error;
    throw error;
  }
}

/** Readable by their owner only; made anew rather than overwritten, since an old file keeps its old mode. */
async function writeTokens(settings: Settings, tokens: Readonly<Record<string, string>>): Promise<string> {
  const file = path.join(settings.stateFolder, "dev-tokens.json");
  await mkdir(settings.stateFolder, { recursive: true, mode: 0o700 });
  await rm(file, { force: true });
  await writeFile(file, `${JSON.stringify(tokens, undefined, 2)}\n`, { mode: 0o600, flag: "wx" });
  return file;
}
