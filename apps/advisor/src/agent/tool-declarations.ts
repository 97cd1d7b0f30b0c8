import type { ToolDeclaration } from "@flyball/adapters/adk";

// What a model is told about the tools. There is no field for who is asking, and none may be added: a test says so. The shapes
// that count are those of ../tools, and the limits are the policy's.

const order = {
  type: "object",
  properties: {
    client: { type: "string", description: "The client's id, such as c-17." },
    symbol: { type: "string", description: "A ticker, such as AAPL." },
    side: { type: "string", enum: ["BUY", "SELL"] },
    amount: {
      type: "number",
      description:
        "Money to spend or to raise, in `currency`, with at most two decimal places. Not a number of shares.",
    },
    currency: { type: "string", description: "ISO 4217, such as USD: the one that the instrument trades in." },
    order_type: { type: "string", enum: ["MARKET", "LIMIT"] },
    limit_price: { type: "number", description: "For each share; with LIMIT only." },
  },
  required: ["client", "symbol", "side", "amount", "currency", "order_type"],
  additionalProperties: false,
};

export const toolDeclarations: readonly ToolDeclaration[] = [
  {
    name: "get_quote",
    description: "The simulated last price of one instrument.",
    parameters: {
      type: "object",
      properties: { symbol: { type: "string", description: "A ticker, such as AAPL." } },
      required: ["symbol"],
      additionalProperties: false,
    },
  },
  {
    name: "get_portfolio",
    description: "What a client holds at the paper broker: cash and the market value of each position, in US dollars.",
    parameters: {
      type: "object",
      properties: { client: { type: "string", description: "The client's id, such as c-17." } },
      required: ["client"],
      additionalProperties: false,
    },
  },
  {
    name: "propose_trade",
    description: "Asks whether an order would be allowed now. Nothing is bought or sold.",
    parameters: order,
    proposes: "execute_trade",
  },
  {
    name: "execute_trade",
    description: "Sends an order to the paper broker, where policy allows it.",
    parameters: order,
  },
];
