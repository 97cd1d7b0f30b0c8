// One campaign: a broker that lives throughout, and a service that is started, put under load and killed, again and again;
// at the end it comes up once more, everything that is open is brought to rest, and the books are compared.

import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { compile } from "@flyball/compiler";
import type { Backend } from "../backend/backend.ts";
import { openBooks } from "../broker/books.ts";
import { type KillPhase, killPhases, type Trap } from "../broker/kill-phase.ts";
import { checkInvariants } from "../check/check-invariants.ts";
import { createRandom, type Random } from "../random.ts";
import type { PlantedBug } from "../service/planted-bug.ts";
import { chaosEntrypoint, chaosPolicy } from "../service/policy.ts";
import { placeOrder, runLoad, storm } from "./load.ts";
import type { ServiceAddress } from "./service-client.ts";
import { type StartedProcess, startProcess } from "./start-process.ts";
import { emptyTestimony, type SentOrder, type Testimony } from "./testimony.ts";

export interface CampaignOptions {
  readonly seed: number;
  readonly kills: number;
  /** `performance.now()` after which no further kill begins; none where absent. */
  readonly until?: number;
  readonly brokerMode: "deduplicates" | "repeats";
  /** An empty folder for the broker's books and the module. */
  readonly folder: string;
  /** With nothing in it; closed by the caller. */
  readonly backend: Backend;
  readonly bug?: PlantedBug;
  readonly onKill?: (count: number) => void;
}

export interface CampaignReport {
  readonly killsByPhase: Readonly<Record<KillPhase, number>>;
  /** How often the database's server was killed, where it has one. */
  readonly serverKills: number;
  readonly orders: number;
  readonly executed: number;
  readonly reviews: number;
  /** Empty where every invariant holds. */
  readonly problems: readonly string[];
}

/** A trap that no order springs is given up, and the service is killed at that moment. */
const trapPatienceMs = 30_000;
const program = (name: string): string => path.join(import.meta.dirname, "..", name, "main.ts");

interface Scene {
  readonly options: CampaignOptions;
  readonly random: Random;
  readonly testimony: Testimony;
  readonly broker: string;
  readonly env: Readonly<Record<string, string>>;
  readonly server: { kills: number };
}

export async function runCampaign(options: CampaignOptions): Promise<CampaignReport> {
  const { folder, seed, brokerMode } = options;
  mkdirSync(folder, { recursive: true });
  const policyFile = path.join(folder, "policy.wasm");
  writeFileSync(policyFile, compilePolicy());
  const books = path.join(folder, "broker.sqlite");
  const brokerProcess = await startProcess(program("broker"), { args: [books, brokerMode] });
  const broker = `http://127.0.0.1:${brokerProcess.line}`;
  const env = {
    FLYBALL_CHAOS_STORE: options.backend.location,
    FLYBALL_CHAOS_POLICY: policyFile,
    FLYBALL_CHAOS_BROKER: broker,
    FLYBALL_CHAOS_BROKER_MODE: brokerMode,
    FLYBALL_CHAOS_BUG: options.bug ?? "",
  };
  const scene: Scene = {
    options,
    random: createRandom(seed),
    testimony: emptyTestimony(),
    broker,
    env,
    server: { kills: 0 },
  };
  try {
    const killsByPhase = await killAgainAndAgain(scene);
    await comeToRest(scene);
    const tables = options.backend.readTables();
    const reader = openBooks(books, true);
    const fills = reader.fills();
    reader.close();
    return {
      killsByPhase,
      serverKills: scene.server.kills,
      orders: scene.testimony.orders.size,
      executed: fills.length,
      reviews: tables.reviews.length,
      problems: checkInvariants({ testimony: scene.testimony, store: tables, fills }),
    };
  } finally {
    brokerProcess.kill();
    await brokerProcess.ended;
  }
}

function compilePolicy(): Uint8Array {
  const { wasm, diagnostics } = compile({ modules: { "chaos.rego": chaosPolicy }, entrypoints: [chaosEntrypoint] });
  if (wasm === undefined) throw new Error(diagnostics.map(({ message }) => message).join("\n"));
  return wasm;
}

async function killAgainAndAgain(scene: Scene): Promise<Record<KillPhase, number>> {
  const counts = { before: 0, during: 0, after: 0, any: 0 };
  const { kills, until = Number.POSITIVE_INFINITY } = scene.options;
  for (let count = 0; count < kills && performance.now() < until; count += 1) {
    const phase = killPhases[count % killPhases.length] ?? "any";
    counts[await killOnce(scene, phase)] += 1;
    scene.options.onKill?.(count + 1);
  }
  return counts;
}

/** The phase in which the service died in fact. */
async function killOnce(scene: Scene, phase: KillPhase): Promise<KillPhase> {
  const service = await startService(scene);
  const { process: running, address } = service;
  await settleOpenOrders(scene, address);
  const before = await killsSoFar(scene);
  if (phase === "any") void killAtAnyMoment(scene, running);
  else await setTrap(scene, { ...trapOf(scene, phase), pid: running.pid });
  const patience = setTimeout(running.kill, trapPatienceMs);
  await runLoad({ ...scene, service: address, isOver: () => !running.isAlive() });
  clearTimeout(patience);
  await running.ended;
  await setTrap(scene, undefined);
  if (phase !== "any" && scene.random.chance(0.5)) await killServer(scene);
  return (await killsSoFar(scene)) > before ? phase : "any";
}

/** Where the database has a server, that dies first, under load, and the service has to live through it for a while. */
async function killAtAnyMoment(scene: Scene, running: StartedProcess): Promise<void> {
  const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
  await wait(30 + scene.random.below(120));
  if (scene.options.backend.restart !== undefined) {
    await killServer(scene);
    await wait(200 + scene.random.below(400));
  }
  running.kill();
}

async function killServer({ options, server }: Scene): Promise<void> {
  const { restart } = options.backend;
  if (restart === undefined) return;
  await restart();
  server.kills += 1;
}

function trapOf({ random }: Scene, phase: Exclude<KillPhase, "any">): Omit<Trap, "pid"> {
  return { phase, skip: 4 + random.below(16), fills: random.chance(0.5), delayMs: random.below(4) };
}

async function setTrap({ broker }: Scene, trap: Trap | undefined): Promise<void> {
  await fetch(`${broker}/trap`, { method: "POST", ...(trap === undefined ? {} : { body: JSON.stringify(trap) }) });
}

async function killsSoFar({ broker }: Scene): Promise<number> {
  const kills = (await (await fetch(`${broker}/kills`)).json()) as readonly unknown[];
  return kills.length;
}

async function startService({
  env,
}: Scene): Promise<{ readonly process: StartedProcess; readonly address: ServiceAddress }> {
  const started = await startProcess(program("service"), { env });
  return { process: started, address: JSON.parse(started.line) as ServiceAddress };
}

/**
 * Orders of which a copy got no answer are sent again under their key, as a client does that must know: while the database was
 * gone one copy may have been refused in passing, and another one, whose answer the kill took, executed.
 */
async function settleOpenOrders({ testimony }: Scene, service: ServiceAddress): Promise<void> {
  const open = openOrders(testimony);
  for (const order of open) order.isOpen = false;
  await Promise.all(open.map((order) => placeOrder({ service, testimony }, order)));
}

function openOrders({ orders }: Testimony): readonly SentOrder[] {
  return [...orders.values()].filter(({ answer, isOpen }) => isOpen || answer?.outcome === "unknown");
}

/** A service that has much to do asks its clients to come back. */
async function settleAllOrders(scene: Scene, service: ServiceAddress): Promise<void> {
  for (let attempt = 0; attempt < 40 && openOrders(scene.testimony).length > 0; attempt += 1) {
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 250));
    await settleOpenOrders(scene, service);
  }
}

/** The last start: open orders are asked about, half of the open reviews get a verdict, and the service is ended. */
async function comeToRest(scene: Scene): Promise<void> {
  const { testimony, random } = scene;
  const { process: running, address } = await startService(scene);
  await settleAllOrders(scene, address);
  const open = [...testimony.reviews.values()].filter(({ verdict }) => verdict === undefined);
  for (const review of open) {
    if (random.chance(0.5)) await storm({ service: address, testimony, random }, review);
  }
  running.kill();
  await running.ended;
}
