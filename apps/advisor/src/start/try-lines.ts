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

/**
 * Lines for a POSIX shell, to be pasted from the folder in which the service was started: the token is read from its file
 * by Node, which is there, so that no line holds a secret and none needs jq.
 */
export function tryLines({ url, tokensFile }: { readonly url: string; readonly tokensFile: string }): string {
  return actions
    .map(({ title, person, action }) => {
      const read = `JSON.parse(fs.readFileSync("${tokensFile}","utf8")).${person}`;
      return [
        `# ${title}`,
        `curl -sS -i -w '\\n' ${url}/v1/actions \\`,
        `  -H "Authorization: Bearer $(node -p '${read}')" \\`,
        `  -H 'Content-Type: application/json' \\`,
        `  -d '${JSON.stringify(action)}'`,
      ].join("\n");
    })
    .join("\n\n");
}
