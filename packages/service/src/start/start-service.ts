// From parts to a service that listens, or to the reason why it must not. Nothing listens that could not refuse: without a
// policy, with one that fails its self-check, or where people from outside could present development tokens, there is no
// socket.

import {
  type ActionPolicy,
  createGovernor,
  fixedPolicy,
  type Governor,
  type GovernorLimits,
  type Store,
  selfCheck,
} from "@flyball/governor";
import type { Meter } from "@opentelemetry/api";
import type { ChatOptions } from "../http/chat/chat-agent.ts";
import { createService, type ServiceAnswer, type ServiceFault, type ServiceOptions } from "../http/create-service.ts";
import { isLoopback } from "../http/is-loopback.ts";
import type { ReadMetrics } from "../http/metrics-route.ts";
import type { PageFile, PageOptions } from "../http/page/page-options.ts";
import type { ServiceLimits } from "../http/service-limits.ts";
import type { Identity } from "../identity/identity-settings.ts";
import { createInstruments, type Instruments } from "../telemetry/instruments.ts";
import { measuredStore } from "../telemetry/measured-store.ts";

export interface StartOptions {
  readonly policy: ActionPolicy | undefined;
  readonly store: Store;
  readonly identity: Identity;
  /** An IP address; 0.0.0.0 and :: are every address of the machine. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Registers the tools. Called once, before anything listens. */
  readonly govern: (governor: Governor) => void;
  readonly governorLimits?: Partial<GovernorLimits>;
  readonly serviceLimits?: Partial<ServiceLimits>;
  /** Who may do what beside acting; see `ServiceOptions` for each default. */
  readonly roles?: Pick<ServiceOptions, "auditorRoles" | "haltRoles" | "operatorRoles" | "settleRoles">;
  /** Called once the tools are registered; there is no chat where absent. */
  readonly chat?: (governor: Governor) => ChatOptions;
  /** What is served at `/`. With development identity, `developmentKey` is what the page shows to be given tokens. */
  readonly page?: { readonly files: readonly PageFile[]; readonly developmentKey?: string };
  /** OpenTelemetry's instruments of the service are made with it; without it nothing is measured. */
  readonly meter?: Meter;
  /** What `GET /metrics` answers; without it there is no such address. */
  readonly readMetrics?: ReadMetrics;
  readonly onFault?: (fault: ServiceFault) => void;
  readonly onAnswer?: (answer: ServiceAnswer) => void;
}

export type StartRefusalCode =
  | "policy_missing"
  | "policy_self_check_failed"
  | "identity_missing"
  | "address_unavailable";

export type StartResult =
  | { readonly kind: "started"; readonly service: RunningService }
  | { readonly kind: "refused"; readonly code: StartRefusalCode; readonly message: string };

export interface RunningService {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  readonly governor: Governor;
  /**
   * Answers what is in flight, refuses what is new, waits for tools, and closes the sockets. Takes at most `withinMs`;
   * what is not done by then is left as the store has it. The store stays open.
   */
  readonly stop: (withinMs: number) => Promise<void>;
}

export async function startService(options: StartOptions): Promise<StartResult> {
  const { identity, host, policy } = options;
  if (identity.kind === "development" && !isLoopback(host)) {
    const message = `${host} is not a loopback address, and development tokens are not for others: set an issuer of tokens`;
    return { kind: "refused", code: "identity_missing", message };
  }
  if (policy === undefined) return { kind: "refused", code: "policy_missing", message: "there is no policy to ask" };
  const failures = selfCheck(policy);
  if (failures.length > 0) {
    const found = failures.map((failure) => `${failure.probe} gives ${failure.found}`).join("; ");
    const message = `the policy must deny what nobody may do: ${found}`;
    return { kind: "refused", code: "policy_self_check_failed", message };
  }
  const { governorLimits = {} } = options;
  const tools = new Set<string>();
  const instruments = createInstruments(options.meter, (name) => tools.has(name));
  const store = measuredStore(options.store, instruments);
  const governor = createGovernor({ policies: fixedPolicy(policy), store, limits: governorLimits });
  options.govern(governor);
  for (const name of governor.tools()) tools.add(name);
  return await listen(options, { governor, instruments });
}

async function listen(
  options: StartOptions,
  { governor, instruments }: { readonly governor: Governor; readonly instruments: Instruments },
): Promise<StartResult> {
  const { http, refuseNew } = createService({
    governor,
    instruments,
    ...(options.readMetrics === undefined ? {} : { readMetrics: options.readMetrics }),
    store: options.store,
    tokens: options.identity.settings,
    ...options.roles,
    ...(options.chat === undefined ? {} : { chat: options.chat(governor) }),
    ...(options.page === undefined ? {} : { page: pageOf(options.page, options.identity) }),
    ...(options.serviceLimits === undefined ? {} : { limits: options.serviceLimits }),
    ...(options.onFault === undefined ? {} : { onFault: options.onFault }),
    ...(options.onAnswer === undefined ? {} : { onAnswer: options.onAnswer }),
  });
  try {
    const url = await http.listen({ host: options.host, port: options.port });
    const stop = async (withinMs: number) => {
      refuseNew();
      const done = http.close().then(() => governor.drain());
      await Promise.race([done, new Promise((resolve) => setTimeout(resolve, withinMs).unref())]);
    };
    return { kind: "started", service: Object.freeze({ url, governor, stop }) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `${options.host}, port ${options.port}, cannot be listened on: ${reason}`;
    return { kind: "refused", code: "address_unavailable", message };
  }
}

/** Tokens are handed out only where they are our own, and then only for the key. */
function pageOf({ files, developmentKey }: NonNullable<StartOptions["page"]>, identity: Identity): PageOptions {
  if (identity.kind !== "development") return { files, identity: identity.kind === "proxy" ? "proxy" : "token" };
  const development = developmentKey === undefined ? undefined : { key: developmentKey, tokens: identity.tokens };
  return { files, identity: "development", development };
}
