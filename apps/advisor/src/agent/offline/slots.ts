// What an order needs to know, as one clause says it. In: words. Out: those of client, instrument, amount, side and price that
// are in it. Nothing is filled in here that the words do not say.

import { type Clause, unclearNumber, type Word } from "./words.ts";

export type Amount =
  /** `currency` is undefined where none was named. */
  | { readonly kind: "money"; readonly value: string; readonly currency: string | undefined }
  | { readonly kind: "shares"; readonly quantity: string }
  /** Of what is held; a part of a hundred. */
  | { readonly kind: "part"; readonly percent: number };

export interface Slots {
  readonly side?: "BUY" | "SELL";
  readonly amount?: Amount;
  /** "it" stands for what was spoken of. */
  readonly symbol?: string;
  readonly client?: string;
  readonly limit?: string;
  /** Named more than once, and differently: none of them is taken. */
  readonly unclear?: readonly ("client" | "symbol" | "amount")[];
}

const buying: ReadonlySet<string> = new Set("buy buying purchase acquire invest put".split(" "));
const selling: ReadonlySet<string> = new Set("sell selling liquidate dump unload".split(" "));
const currencies: ReadonlyMap<string, string> = new Map(
  Object.entries({
    $: "USD",
    usd: "USD",
    dollar: "USD",
    dollars: "USD",
    bucks: "USD",
    "€": "EUR",
    eur: "EUR",
    euro: "EUR",
    euros: "EUR",
    "£": "GBP",
    gbp: "GBP",
    pounds: "GBP",
    chf: "CHF",
    francs: "CHF",
    cad: "CAD",
    jpy: "JPY",
    yen: "JPY",
  }),
);
const names: ReadonlyMap<string, string> = new Map(
  Object.entries({
    apple: "AAPL",
    microsoft: "MSFT",
    tesla: "TSLA",
    berkshire: "BRK.B",
    bitcoin: "BTC",
    bitcoins: "BTC",
    ethereum: "ETH",
    dogecoin: "DOGE",
    aapl: "AAPL",
    msft: "MSFT",
    tsla: "TSLA",
    "brk.b": "BRK.B",
    smlc: "SMLC",
    vti: "VTI",
    bnd: "BND",
    sap: "SAP",
    acme: "ACME",
    btc: "BTC",
    eth: "ETH",
  }),
);
const pronouns: ReadonlySet<string> = new Set(["it", "them", "that", "this", "those"]);
/** In capitals, and still no ticker. */
const notTickers: ReadonlySet<string> = new Set(
  "A I OK NO YES BUY SELL FOR OF AND OR THE IT TO IN AT ME MY IS ON NOW ALL HALF USD EUR GBP CHF CAD JPY LIMIT MARKET PLEASE CLIENT AI LLM VIP CEO CTO CFO SYSTEM DAN IGNORE OVERRIDE ADMIN ROOT DENY ALLOW".split(
    " ",
  ),
);
const shareWords: ReadonlySet<string> = new Set(["share", "shares", "unit", "units", "stocks"]);
const parts: ReadonlyMap<string, number> = new Map([
  ["half", 50],
  ["quarter", 25],
  ["all", 100],
  ["everything", 100],
]);

function sideOf(clause: Clause): "BUY" | "SELL" | undefined {
  for (const [index, { text }] of clause.entries()) {
    if (buying.has(text)) return "BUY";
    if (selling.has(text)) return "SELL";
    if (text === "get" && clause[index + 1]?.text === "rid") return "SELL";
    if (text === "get" && clause.slice(index + 1).some(({ kind }) => kind === "number")) return "BUY";
  }
  return undefined;
}

export function slotsOf(clause: Clause): Slots {
  const side = sideOf(clause);
  const client = clientOf(clause);
  const price = limitOf(clause);
  const rest = clause.filter((_word, index) => !price.used.has(index) && !client.used.has(index));
  const amount = amountOf(rest);
  const symbol = symbolOf(rest);
  const unclear = unclearOf(clause, rest);
  const isClear = (slot: "client" | "symbol" | "amount"): boolean => !unclear.includes(slot);
  return {
    ...(side === undefined ? {} : { side }),
    ...(amount === undefined || !isClear("amount") ? {} : { amount }),
    ...(symbol === undefined || !isClear("symbol") ? {} : { symbol }),
    ...(client.client === undefined || !isClear("client") ? {} : { client: client.client }),
    ...(price.limit === undefined ? {} : { limit: price.limit }),
    ...(unclear.length === 0 ? {} : { unclear }),
  };
}

/** "AAPL and MSFT", "c-17 and c-18", "1,000 or 2,000": one order has one of each, and which is not for a parser to say. */
function unclearOf(clause: Clause, rest: readonly Word[]): readonly ("client" | "symbol" | "amount")[] {
  const clients = new Set(clause.map(({ text }) => text).filter((text) => /^c-\d{1,6}$/.test(text)));
  const symbols = new Set(rest.map(({ text }) => names.get(text)).filter((name) => name !== undefined));
  const numbers = new Set(rest.filter(({ kind }) => kind === "number").map(({ text }) => text));
  return [
    ...(clients.size > 1 ? (["client"] as const) : []),
    ...(symbols.size > 1 ? (["symbol"] as const) : []),
    ...(numbers.size > 1 ? (["amount"] as const) : []),
  ];
}

interface Found {
  readonly used: ReadonlySet<number>;
}

/** "client c-17", or a word of that form. */
function clientOf(clause: Clause): Found & { readonly client?: string } {
  for (const [index, { text }] of clause.entries()) {
    if (/^c-\d{1,6}$/.test(text)) return { client: text, used: new Set([index]) };
    const next = clause[index + 1];
    const isNamed = (text === "client" || text === "account") && next?.kind === "word" && /\d/.test(next.text);
    if (isNamed && next !== undefined) return { client: next.written, used: new Set([index, index + 1]) };
    if (text === "client" && next?.kind === "number") {
      return { client: `c-${next.written}`, used: new Set([index, index + 1]) };
    }
  }
  return { used: new Set() };
}

/** "at 231.50", "limit 231.5", "@ 231.5", "at most 231.5 a share"; "at market" has none. */
function limitOf(clause: Clause): Found & { readonly limit?: string } {
  for (const [index, { text }] of clause.entries()) {
    const isLead = text === "@" || text === "limit" || text === "at" || text === "below" || text === "above";
    if (!isLead) continue;
    let at = index + 1;
    while (
      ["most", "least", "price", "of", "limit", "a", "$", "€", "no", "more", "than"].includes(clause[at]?.text ?? "")
    )
      at += 1;
    const number = clause[at];
    if (number?.kind !== "number" || number.text === unclearNumber || number.text.startsWith("-")) continue;
    const used = new Set(Array.from({ length: at - index + 1 }, (_unused, step) => index + step));
    // "231.5 USD a share"
    for (const more of [at + 1, at + 2, at + 3]) {
      if (["usd", "eur", "dollars", "a", "per", "each", "share"].includes(clause[more]?.text ?? "")) used.add(more);
      else break;
    }
    return { limit: number.text, used };
  }
  return { used: new Set() };
}

function amountOf(clause: readonly Word[]): Amount | undefined {
  for (const [index, word] of clause.entries()) {
    if (word.kind !== "number") {
      const percent = parts.get(word.text);
      if (percent !== undefined && !(word.text === "all" && clause[index + 1]?.text === "right"))
        return { kind: "part", percent };
      continue;
    }
    if (word.text === unclearNumber) continue;
    const [before, next, second] = [clause[index - 1], clause[index + 1], clause[index + 2]];
    if (next?.text === "%" || next?.text === "percent") return { kind: "part", percent: Number(word.text) };
    if (shareWords.has(next?.text ?? "")) return { kind: "shares", quantity: word.text };
    // "10 AAPL shares"
    if (shareWords.has(second?.text ?? "") && next !== undefined && !currencies.has(next.text))
      return { kind: "shares", quantity: word.text };
    const currency = currencies.get(next?.text ?? "") ?? currencies.get(before?.text ?? "");
    return { kind: "money", value: word.text, currency };
  }
  return undefined;
}

function symbolOf(clause: readonly Word[]): string | undefined {
  for (const { text } of clause) {
    const known = names.get(text);
    if (known !== undefined) return known;
  }
  const isShouting = clause.every(({ kind, written }) => kind !== "word" || written === written.toUpperCase());
  for (const [index, { kind, written }] of clause.entries()) {
    const isTicker = /^[A-Z][A-Z0-9]{0,5}([.-][A-Z0-9]{1,3})?$/.test(written) && !notTickers.has(written);
    const isLed = ["of", "in", "into"].includes(clause[index - 1]?.text ?? "");
    if (kind === "word" && isTicker && (!isShouting || isLed)) return written;
  }
  for (const [index, { text, kind, written }] of clause.entries()) {
    const lead = clause[index - 1]?.text ?? "";
    const isNoun =
      kind === "word" &&
      !pronouns.has(text) &&
      !["the", "my", "our", "his", "her", "their", "its", "cash"].includes(text);
    if ((lead === "of" || lead === "into") && isNoun && /^[a-z][a-z0-9.]{0,9}$/i.test(written))
      return written.toUpperCase();
  }
  return clause.some(({ text }) => pronouns.has(text)) ? "it" : undefined;
}
