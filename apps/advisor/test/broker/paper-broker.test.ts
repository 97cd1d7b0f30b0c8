import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { findInstrument, lastPrice } from "../../src/broker/market-data.ts";
import { type Order, openPaperBroker, type PaperBroker } from "../../src/broker/paper-broker.ts";
import { temporaryFolder } from "../support/running-advisor.ts";

const noon = Date.UTC(2026, 10, 23, 12);
const trader = { tenant: "demo", issuer: "i", subject: "jun", role: "junior" };

function broker(now: () => number = () => noon): PaperBroker {
  const opened = openPaperBroker({ path: path.join(temporaryFolder(), "broker.sqlite"), now });
  onTestFinished(() => opened.close());
  return opened;
}

function price(symbol: string): bigint {
  const instrument = findInstrument(symbol);
  if (instrument === undefined) throw new Error(symbol);
  return lastPrice(instrument, noon);
}

const buy: Order = {
  idempotencyKey: "k-1",
  trader,
  client: "c-17",
  symbol: "AAPL",
  side: "BUY",
  amount: 1_000_00n,
  currency: "USD",
};

describe("prices", () => {
  test("depend on the symbol and the minute alone, and stay within 0.5 % of their base", () => {
    for (const symbol of ["AAPL", "TSLA", "BND", "SAP"]) {
      const instrument = findInstrument(symbol);
      if (instrument === undefined) return expect.fail(symbol);
      const seen = new Set<bigint>();
      for (let minute = 0; minute < 500; minute += 1) {
        const at = noon + minute * 60_000;
        const quoted = lastPrice(instrument, at);
        expect(quoted).toBe(lastPrice(instrument, at + 59_999));
        expect(quoted * 1000n >= instrument.basePrice * 995n - 1000n).toBe(true);
        expect(quoted * 1000n <= instrument.basePrice * 1005n).toBe(true);
        seen.add(quoted);
      }
      expect(seen.size).toBeGreaterThan(10);
    }
  });
});

describe("an order", () => {
  test("fills at the last price, takes the cash and gives the shares, cut off after a millionth", () => {
    const paper = broker();
    const before = paper.account("demo", "c-17");
    const placed = paper.place(buy);
    if (placed.kind === "rejected") return expect.fail(placed.message);
    const quantity = (100_000n * 1_000_000n) / price("AAPL");
    expect(placed.fill).toMatchObject({
      amount: 1_000_00n,
      usdCents: 1_000_00n,
      price: price("AAPL"),
      quantity,
      filledAt: noon,
    });
    const after = paper.account("demo", "c-17");
    expect((before?.cashCents ?? 0n) - (after?.cashCents ?? 0n)).toBe(1_000_00n);
    const worth = after?.positions.get("AAPL") ?? 0n;
    expect(worth <= 1_000_00n && worth >= 999_99n).toBe(true);
  });

  test("with a key that was filled gives that fill again, and moves nothing", () => {
    const paper = broker();
    const first = paper.place(buy);
    expect(paper.place(buy)).toEqual(first);
    expect(paper.place({ ...buy, amount: 5n })).toEqual(first);
  });

  test("in another currency costs dollars at the rate, rounded to a cent", () => {
    const paper = broker();
    const placed = paper.place({ ...buy, symbol: "SAP", currency: "EUR", amount: 10_01n });
    expect(placed).toMatchObject({ kind: "filled", fill: { usdCents: 10_81n } });
  });

  test.each<[string, Partial<Order>, string]>([
    ["more than the cash", { amount: 150_000_01n }, "not enough cash"],
    ["a sale of what is not held", { side: "SELL" }, "too few shares"],
    ["a client of another tenant", { trader: { ...trader, tenant: "other" } }, "not enough cash"],
    ["an unknown symbol", { symbol: "NOPE" }, "not traded"],
    ["the wrong currency", { currency: "EUR" }, "not traded"],
    ["a limit below the market", { limitPrice: 1_00n }, "beyond the limit"],
    ["a limit above the market, for a sale", { side: "SELL", symbol: "VTI", limitPrice: 999_00n }, "beyond the limit"],
    ["less than a millionth of a share", { symbol: "BRK.B", amount: 0n }, "too small"],
  ])("is rejected: %s", (_name, over, message) => {
    const paper = broker();
    const before = paper.account("demo", "c-17");
    expect(paper.place({ ...buy, ...over })).toMatchObject({
      kind: "rejected",
      message: expect.stringContaining(message),
    });
    expect(paper.account("demo", "c-17")).toEqual(before);
  });

  test("may sell exactly what is held, to the last share", () => {
    const paper = broker();
    const held = paper.account("demo", "c-17")?.positions.get("VTI") ?? 0n;
    expect(paper.place({ ...buy, symbol: "VTI", side: "SELL", amount: held }).kind).toBe("filled");
    expect(paper.account("demo", "c-17")?.positions.get("VTI")).toBe(0n);
  });
});

describe("asked what became of a key", () => {
  test("it shows the fill", () => {
    const paper = broker();
    const placed = paper.place(buy);
    expect(paper.settleKey(buy.idempotencyKey)).toEqual(placed.kind === "filled" ? placed.fill : undefined);
  });

  test("it says that nothing was filled, and keeps to it: an order that comes later is rejected", () => {
    const paper = broker();
    const before = paper.account("demo", "c-17");
    expect(paper.settleKey(buy.idempotencyKey)).toBe(undefined);
    expect(paper.place(buy)).toMatchObject({ kind: "rejected", message: expect.stringContaining("settled without") });
    expect(paper.settleKey(buy.idempotencyKey)).toBe(undefined);
    expect(paper.account("demo", "c-17")).toEqual(before);
  });
});

test("what was filled is there when the file is opened again, and the clients are made once", () => {
  const file = path.join(temporaryFolder(), "broker.sqlite");
  const first = openPaperBroker({ path: file, now: () => noon });
  first.place(buy);
  const before = first.account("demo", "c-17");
  first.close();
  const second = openPaperBroker({ path: file, now: () => noon });
  onTestFinished(() => second.close());
  expect(second.account("demo", "c-17")).toEqual(before);
});
