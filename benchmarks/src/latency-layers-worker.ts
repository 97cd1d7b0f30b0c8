// One of the processes of latency-layers-processes.ts. Arguments: the store's file or address, how many call at once, for how long
// in milliseconds. Says "ready", begins when its standard input says so, and says what it got done as one line of JSON.

import { once } from "node:events";
import { performance } from "node:perf_hooks";
import type { Store } from "@flyball/governor";
import { openAt } from "./latency-layers-stores.ts";
import { layersPolicy, openDesk, trader } from "./latency-layers-tool.ts";

const [location = "", width = "1", milliseconds = "1000"] = process.argv.slice(2);
const opened = await openAt(location);
let conflicts = 0;
const store: Store = {
  ...opened,
  commitDecision: async (command) => {
    const result = await opened.commitDecision(command);
    if (result.kind === "conflict") conflicts += 1;
    return result;
  },
};
const { governor, placeOrder } = openDesk(await layersPolicy(), store, { client: "c-shared" });
process.stdout.write("ready\n");
await once(process.stdin, "data");
process.stdin.pause();

const end = performance.now() + Number(milliseconds);
let executed = 0;
let slowestMs = 0;
const caller = async (session: string): Promise<void> => {
  for (let now = performance.now(); now < end; ) {
    const { outcome } = await placeOrder({ principal: trader, session }, { amount: 0.01 });
    if (outcome === "executed") executed += 1;
    const later = performance.now();
    slowestMs = Math.max(slowestMs, later - now);
    now = later;
  }
};
await Promise.all(Array.from({ length: Number(width) }, (_, index) => caller(`${process.pid}-${index}`)));
await governor.drain();
await store.close();
process.stdout.write(`${JSON.stringify({ executed, conflicts, slowestMs })}\n`);
