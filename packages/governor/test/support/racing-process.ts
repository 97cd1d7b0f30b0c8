// One of two processes that send many actions against one daily limit. Arguments: the store's file or address, how many, the seed. Says
// "ready", begins when its standard input says so, and says what became of them as one line of JSON.

import { once } from "node:events";
import { openPostgresStore } from "@flyball/governor/postgres";
import { openSqliteStore } from "@flyball/governor/sqlite";
import { context, deskPolicy, openDesk, trader } from "./desk.ts";

const [file = "", count = "0", seed = "0"] = process.argv.slice(2);
const store = file.startsWith("postgres:")
  ? await openPostgresStore({ connectionString: file, lockWaitMs: 20_000 })
  : openSqliteStore({ path: file, lockWaitMs: 20_000 });
const desk = openDesk(store, await deskPolicy(), { limits: { deadlineMs: 120_000, attempts: 1_000 } });
process.stdout.write("ready\n");
await once(process.stdin, "data");
process.stdin.pause();
const outcomes: Record<string, number> = {};
const width = 200;
let state = Number(seed);
for (let sent = 0; sent < Number(count); sent += width) {
  const batch = Array.from({ length: Math.min(width, Number(count) - sent) }, (_, index) => {
    // A linear congruential generator: the same amounts for the same seed.
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    const amount = 1 + (state % 99_900) / 100;
    return desk.governor.act(
      { ...context, principal: trader, session: `${seed}-${sent + index}` },
      { tool: "pay", arguments: { amount } },
    );
  });
  for (const { outcome, decision } of await Promise.all(batch)) {
    const name = outcome === "refused" ? `refused: ${decision.reasons[0]?.code}` : outcome;
    outcomes[name] = (outcomes[name] ?? 0) + 1;
  }
}
await desk.governor.drain();
await store.close();
process.stdout.write(JSON.stringify(outcomes));
