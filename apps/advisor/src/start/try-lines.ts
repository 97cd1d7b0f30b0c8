interface TryRequest {
  readonly title: string;
  readonly person: string;
  readonly address: string;
  readonly body: unknown;
}

interface TryAction {
  readonly title: string;
  readonly person: string;
  readonly action: {
    readonly tool: string;
    readonly session: string;
    readonly arguments: Readonly<Record<string, unknown>>;
  };
}

const order = { client: "c-17", symbol: "AAPL", side: "BUY", currency: "USD", order_type: "LIMIT", limit_price: 231.5 };

const actions: readonly TryAction[] = [
  {
    title: "Executed: a junior buys for 1,000 USD (on paper; broker and prices are simulated)",
    person: "junior",
    action: { tool: "execute_trade", session: "s-1", arguments: { ...order, amount: 1000 } },
  },
  {
    title: "Refused, with its reasons: 25,000 USD is over a junior's limit",
    person: "junior",
    action: { tool: "execute_trade", session: "s-1", arguments: { ...order, amount: 25_000 } },
  },
  {
    title: "Suspended until a reviewer decides: 7,500 USD",
    person: "junior",
    action: { tool: "execute_trade", session: "s-1", arguments: { ...order, amount: 7500 } },
  },
];

const requests: readonly TryRequest[] = [
  ...actions.map(({ title, person, action }) => ({ title, person, address: "/v1/actions", body: action })),
  {
    title: "The same in words: the model asks for too much, is refused, and does what policy says would do",
    person: "junior",
    address: "/v1/chat",
    body: { session: "s-2", message: "buy 25,000 USD of MSFT for client c-17" },
  },
];

/**
 * Lines for a POSIX shell, to be pasted from the folder in which the service was started: the token is read from its file
 * by Node, which is there, so that no line holds a secret and none needs jq.
 */
export function tryLines({ url, tokensFile }: { readonly url: string; readonly tokensFile: string }): string {
  return requests
    .map(({ title, person, address, body }) => {
      const read = `JSON.parse(fs.readFileSync("${tokensFile}","utf8")).${person}`;
      return [
        `# ${title}`,
        `curl -sS -i -w '\\n' ${url}${address} \\`,
        `  -H "Authorization: Bearer $(node -p '${read}')" \\`,
        `  -H 'Content-Type: application/json' \\`,
        `  -d '${JSON.stringify(body)}'`,
      ].join("\n");
    })
    .join("\n\n");
}
