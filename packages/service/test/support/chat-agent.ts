import type { Governor } from "@flyball/governor";
import type { ChatAgent, ChatCall, ChatTurnRequest } from "@flyball/service";

export type Speech = (turn: ChatTurnRequest, act: (...amounts: number[]) => Promise<void>) => unknown;

/**
 * An agent that does what a test says, as an application would write one: calls are noted, decided as a set and told. Its calls
 * are named after the turn, so that one of them can be found.
 */
export function speakingAgent(governor: Governor, speech: Speech): ChatAgent {
  let calls = 0;
  return {
    name: "clerk",
    model: "scripted",
    simulated: ["everything"],
    describe: ({ arguments: args }) => `the payment of ${(args as { readonly amount: number }).amount}`,
    converse: async (turn) => {
      const act = async (...amounts: number[]): Promise<void> => {
        const made: ChatCall[] = amounts.map((amount) => {
          calls += 1;
          return { id: `call-${calls}-${crypto.randomUUID()}`, tool: "pay", arguments: { amount } };
        });
        await turn.onCalls(made);
        const caller = turn.caller();
        await Promise.all(
          made.map(async (call) => {
            if (caller === undefined) {
              turn.onOutcome(call, { outcome: "refused", decision: null, recorded: false, message: "nobody asks" });
              return;
            }
            const { id: idempotencyKey, tool, arguments: args } = call;
            turn.onOutcome(call, await governor.act({ ...caller, idempotencyKey }, { tool, arguments: args }));
          }),
        );
      };
      await speech(turn, act);
      return { kind: "replied" };
    },
  };
}
