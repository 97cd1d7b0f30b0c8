import type { Question } from "./drive.ts";

type Ask = (client: number, round: number) => Question;

const clients = ["c-17", "c-18", "c-19"];
const symbols = ["AAPL", "MSFT", "VTI", "BND"];

/**
 * What people do, by a seed: half look something up, half trade. Trades are small, and the day's limits still end them after a
 * while: a refusal is decided, recorded and answered as an execution is.
 */
export function mixedQuestions(
  tokens: readonly string[],
  { seed, part }: { readonly seed: number; readonly part: number },
): { readonly action: Ask; readonly turn: Ask } {
  const pick = <Item>(items: readonly Item[], client: number, round: number): Item =>
    items[(client * 7_919 + round * 104_729 + seed) % items.length] as Item;
  const action: Ask = (client, round) => {
    const symbol = pick(symbols, client, round);
    const body =
      round % 2 === 0
        ? { tool: "get_quote", session: `load-${client}`, arguments: { symbol } }
        : {
            tool: "execute_trade",
            session: `load-${client}`,
            arguments: {
              client: pick(clients, client, round),
              symbol,
              side: "BUY",
              amount: 10 + ((client + round) % 90),
              currency: "USD",
              order_type: "MARKET",
            },
          };
    return { path: "/v1/actions", token: pick(tokens, client, 0), body };
  };
  const turn: Ask = (client, round) => {
    const symbol = pick(symbols, client, round);
    const message =
      round % 2 === 0
        ? `what is the price of ${symbol}?`
        : `buy ${10 + ((client + round) % 90)} USD of ${symbol} for client ${pick(clients, client, round)}`;
    // A session holds a bounded number of messages, and has one turn at a time.
    const session = `load-${client}-${Math.floor(round / 50)}-${seed}-${part}`;
    return { path: "/v1/chat", token: pick(tokens, client, 0), body: { session, message } };
  };
  return { action, turn };
}
