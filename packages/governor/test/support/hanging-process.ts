// A process that begins to execute an action and never ends it: says "executing" when the tool was called, and waits to be
// killed. The argument is the store's file.

import { createGovernor } from "@flyball/governor";
import { openSqliteStore } from "@flyball/governor/sqlite";
import { junior, paySchema } from "./people.ts";

const store = openSqliteStore({ path: process.argv[2] ?? "" });
const policy = {
  digest: "sha256:0",
  entrypoint: "a/b",
  reads: [[]],
  evaluate: () => ({ kind: "value", value: "ALLOW" }),
};
const governor = createGovernor({ policies: { current: () => policy }, store, limits: { deadlineMs: 60_000 } });
const pay = governor.governTool({
  name: "pay",
  schema: paySchema,
  execute: () => {
    process.stdout.write("executing\n");
    return new Promise(() => {});
  },
});
await pay({ principal: junior, session: "s-1", idempotencyKey: "order-1" }, { amount: 5 });
