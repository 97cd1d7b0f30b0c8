// Asks a running advisor for three trades and compares what came of them: one is executed, one refused with its reasons,
// one suspended for a reviewer. Needs nothing but Node, because it also runs where nothing else is: inside the image.

interface Expected {
  readonly amount: number;
  readonly status: number;
  readonly outcome: string;
  /** The first reason's code; none for what is allowed. */
  readonly reason?: string;
}

const order = { client: "c-17", symbol: "AAPL", side: "BUY", currency: "USD", order_type: "LIMIT", limit_price: 231.5 };

const expected: readonly Expected[] = [
  { amount: 1_000, status: 200, outcome: "executed" },
  { amount: 25_000, status: 403, outcome: "refused", reason: "order_over_limit" },
  { amount: 7_500, status: 202, outcome: "suspended", reason: "order_needs_review" },
];

interface Body {
  readonly outcome?: unknown;
  readonly decision?: { readonly reasons?: readonly { readonly code?: unknown }[] };
}

export interface Target {
  /** `http://127.0.0.1:8080` */
  readonly url: string;
  /** A junior trader's. */
  readonly token: string;
}

/** One line for each action that came out otherwise than it must; empty when all is well. */
export async function threeActions({ url, token }: Target): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const { amount, status, outcome, reason } of expected) {
    const response = await fetch(`${url}/v1/actions`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ tool: "execute_trade", session: "check", arguments: { ...order, amount } }),
    });
    const text = await response.text();
    const body = JSON.parse(text) as Body;
    const found = [response.status, body.outcome, body.decision?.reasons?.[0]?.code];
    const wanted = [status, outcome, reason];
    if (found.some((part, index) => part !== wanted[index])) {
      problems.push(`a trade over ${amount} USD should be ${wanted.join(" ")}, and was ${found.join(" ")}: ${text}`);
    }
  }
  return problems;
}
