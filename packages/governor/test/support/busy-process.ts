// A desk that pays as fast as it can until it is told to stop (a line on standard input), and says the id of every action whose
// execution was acknowledged, one a line. The argument is the store's file or address.

import { openPostgresStore } from "@flyball/governor/postgres";
import { openSqliteStore } from "@flyball/governor/sqlite";
import { deskPolicy, openDesk } from "./desk.ts";

const [place = ""] = process.argv.slice(2);
const store = place.startsWith("postgres:")
  ? await openPostgresStore({ connectionString: place })
  : openSqliteStore({ path: place });
const desk = openDesk(store, await deskPolicy());
const stop = new AbortController();
process.stdin.once("data", () => stop.abort());
for (let count = 0; !stop.signal.aborted; count += 1) {
  const ids = await Promise.all(
    [0, 1, 2].map(async (index) => {
      const outcome = await desk.pay(0.01, { session: `s-${count}-${index}` });
      return outcome.outcome === "executed" ? outcome.decision.id : "";
    }),
  );
  process.stdout.write(`${ids.join("\n")}\n`);
}
await desk.governor.drain();
await store.close();
process.exit(0);
