// The page over the real advisor in a real Chromium: who is here, what was decided, reviews, halts, and text that would be
// markup if it could.

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { chromiumPath } from "../support/chromium.ts";
import { compiledPolicies, order } from "../support/running-advisor.ts";
import {
  actAs,
  launchChromium,
  openPage,
  type PageAdvisor,
  pageAdvisor,
  phone,
  propose,
} from "../support/running-page.ts";

// A browser beside a busy machine is slow, and no measure of the page.
vi.setConfig({ testTimeout: 120_000 });

const executable = chromiumPath();
let browser: Browser;
let policy = "";

beforeAll(async () => {
  if (executable === undefined) return;
  browser = await launchChromium(executable);
  policy = await compiledPolicies();
});
afterAll(() => browser?.close());

const trade = (amount: number, over: object = {}) => ({
  tool: "execute_trade",
  arguments: { ...order, amount, ...over },
});

describe.skipIf(executable === undefined)("who is here", () => {
  test("the link of npm start is enough, and its key leaves the address at once", async () => {
    const advisor = await pageAdvisor(policy);
    const { page, complaints } = await openPage(browser, advisor.link());
    await page.getByLabel("Acting as").waitFor();
    expect(page.url()).toBe(`${advisor.url()}/`);
    expect(await page.getByLabel("Acting as").inputValue()).toBe("junior");
    expect(complaints).toEqual([]);
  });

  test("without the key nobody is let in; the key can be pasted", async () => {
    const advisor = await pageAdvisor(policy);
    const { page } = await openPage(browser, advisor.url());
    await page.getByRole("heading", { name: "Open the page by its link" }).waitFor();
    expect(await page.locator("#work").isVisible()).toBe(false);
    await page.getByLabel("Key").fill("not the key");
    await page.getByRole("button", { name: "Continue" }).click();
    await page.getByText("This key is not the one of the running service.").waitFor();
    await page.getByLabel("Key").fill(advisor.link().split("#key=")[1] ?? "");
    await page.keyboard.press("Enter");
    await page.getByLabel("Acting as").waitFor();
  });

  test("a change of person changes what is seen", async () => {
    const advisor = await pageAdvisor(policy);
    await propose(advisor, "senior", trade(1000));
    const { page } = await openPage(browser, advisor.link());
    await page.getByText("Nothing yet.").waitFor();
    expect(await page.getByRole("link", { name: "Halts" }).isVisible()).toBe(false);
    await actAs(page, "reviewer");
    await page
      .locator("#decision-list")
      .getByRole("button", { name: /^Buy 1,000 USD of AAPL for c-17/ })
      .waitFor();
    await page.getByText("sen · senior").waitFor();
    expect(await page.getByRole("link", { name: "Halts" }).isVisible()).toBe(true);
  });
});

describe.skipIf(executable === undefined)("what was decided", () => {
  test("shows effect, reason, rule and line, and nanoseconds; and all of it on demand", async () => {
    const advisor = await pageAdvisor(policy);
    await propose(advisor, "junior", trade(25_000));
    const { page, complaints } = await openPage(browser, advisor.link());
    const card = page.locator("#decision-list > li").first();
    await card.getByText("Denied").waitFor();
    await card.getByText("15,000 USD over the junior limit of 10,000 USD").waitFor();
    await card.getByText("order_over_limit · amount").waitFor();
    await card.getByText(/limits\.rego:\d+$/).waitFor();
    await card.getByText(/^decided in [\d,]+ ns$/).waitFor();

    const open = card.getByRole("button", { name: /show the whole decision/ });
    await open.click();
    const dialog = page.getByRole("dialog", { name: "Decision" });
    await dialog.getByText(/^sha256:[0-9a-f]{64}$/).waitFor();
    await dialog.getByText("jun · junior · demo").waitFor();
    await dialog.getByText(/^All \d+ rules that succeeded$/).click();
    await dialog.getByText("finance.order.amount", { exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    // The list may have been drawn anew meanwhile, and still the focus is where it was.
    expect(await page.evaluate(() => document.activeElement?.getAttribute("aria-label"))).toMatch(/whole decision$/);
    expect(complaints).toEqual([]);
  });

  test("older decisions come when they are asked for", async () => {
    const advisor = await pageAdvisor(policy);
    for (let index = 1; index <= 30; index += 1) {
      await propose(advisor, "junior", { tool: "get_quote", arguments: { symbol: index === 1 ? "BND" : "AAPL" } });
    }
    const { page } = await openPage(browser, advisor.link());
    await page.getByRole("button", { name: "Show older" }).click();
    await page.getByRole("button", { name: /^Quote BND/ }).waitFor();
    expect(await page.locator("#decision-list > li").count()).toBe(30);
    expect(await page.getByRole("button", { name: "Show older" }).isVisible()).toBe(false);
  });
});

describe.skipIf(executable === undefined)("reviews", () => {
  test("a reviewer sees every argument, gives a reason, approves; it is executed once", async () => {
    const advisor = await pageAdvisor(policy);
    await propose(advisor, "junior", trade(7500));
    const { page, complaints } = await openPage(browser, advisor.link());
    await actAs(page, "reviewer");
    await page.getByRole("link", { name: /Reviews 1 waiting/ }).click();
    const card = page.getByRole("listitem").filter({ hasText: "Asked by jun · junior" });
    for (const [name, value] of Object.entries({
      client: "c-17",
      symbol: "AAPL",
      amount: "7,500",
      limit_price: "231.5",
    })) {
      expect(await card.locator("dl div", { has: page.getByText(name, { exact: true }) }).innerText()).toContain(value);
    }
    await card.getByRole("button", { name: /^Approve/ }).click();
    await card.getByText("Give a reason first.").waitFor();
    expect(advisor.fills()).toEqual([]);
    await card.getByLabel("Reason").fill("within the client's mandate");
    await card.getByRole("button", { name: /^Approve/ }).click();
    await page.getByText(/^Executed Approved and executed: [\d.]+ AAPL at 2\d\d\.\d\d? \(simulated\)\.$/).waitFor();
    expect(advisor.fills().length).toBe(1);
    await page.getByRole("button", { name: "Done" }).click();
    const closed = page.locator("#review-closed-list > li").first();
    await closed.getByText("within the client's mandate").waitFor();
    await closed.getByText("executed", { exact: true }).waitFor();
    expect(complaints).toEqual([]);
  });

  test("a rejection executes nothing, and the requester reads why", async () => {
    const advisor = await pageAdvisor(policy);
    await propose(advisor, "junior", trade(7500));
    const { page } = await openPage(browser, advisor.link());
    await page.getByRole("link", { name: "Reviews" }).click();
    await page.getByText("This is your own request; somebody else decides.").waitFor();
    expect(await page.getByRole("button", { name: /^(Approve|Reject)/ }).count()).toBe(0);
    await actAs(page, "reviewer");
    await page.locator("#review-list").getByLabel("Reason").first().fill("not this quarter");
    await page.getByRole("button", { name: /^Reject/ }).click();
    await page.locator("#review-list").getByText("Rejected. It will not be executed.").waitFor();
    await actAs(page, "junior");
    await page.locator("#review-closed-list").getByText("not this quarter").waitFor();
    expect(advisor.fills()).toEqual([]);
  });

  test("what a reviewer writes survives what arrives meanwhile", async () => {
    const advisor = await pageAdvisor(policy);
    await propose(advisor, "junior", trade(7500));
    const { page } = await openPage(browser, advisor.link());
    await actAs(page, "reviewer");
    await page.getByRole("link", { name: /Reviews/ }).click();
    await page.locator("#review-list").getByLabel("Reason").first().fill("half a sen");
    await propose(advisor, "junior", trade(8000, { symbol: "MSFT", limit_price: 425 }));
    await page.getByRole("heading", { name: /Buy 8,000 USD of MSFT/ }).waitFor();
    await page.keyboard.type("tence");
    // The newest stands first.
    expect(await page.locator("#review-list textarea").nth(1).inputValue()).toBe("half a sentence");
  });

  test("somebody else's word that came first is told, and nothing happens twice", async () => {
    const advisor = await pageAdvisor(policy);
    const suspended = (await (await propose(advisor, "junior", trade(7500))).json()) as { review: { url: string } };
    const { page } = await openPage(browser, advisor.link());
    await actAs(page, "reviewer");
    await page.getByRole("link", { name: /Reviews/ }).click();
    await page.locator("#review-list").getByLabel("Reason").first().fill("me too");
    await page.route("**/v1/reviews?**", (route) => route.abort());
    await fetch(`${advisor.url()}${suspended.review.url}/approve`, {
      method: "POST",
      headers: { authorization: `Bearer ${advisor.token("reviewer")}`, "content-type": "application/json" },
      body: JSON.stringify({ reason: "first" }),
    });
    await page.getByRole("button", { name: /^Approve/ }).click();
    await page.getByText(/The review was decided already/).waitFor();
    expect(advisor.fills().length).toBe(1);
  });
});

describe.skipIf(executable === undefined)("halts", () => {
  test("a reviewer halts a client and lifts it again, each with a reason that is kept", async () => {
    const advisor = await pageAdvisor(policy);
    const { page, complaints } = await openPage(browser, advisor.link());
    await actAs(page, "reviewer");
    await page.getByRole("link", { name: "Halts" }).click();
    await page.getByRole("textbox", { name: "Client" }).fill("c-17");
    await page.getByRole("button", { name: "Halt", exact: true }).click();
    await page.getByText("Give a reason first.").waitFor();
    await page.locator("#halt-reason").fill("statement does not add up");
    await page.getByRole("button", { name: "Halt", exact: true }).click();
    await page.getByRole("heading", { name: "Client c-17" }).waitFor();
    expect((await propose(advisor, "junior", trade(1000))).status).toBe(503);
    expect((await propose(advisor, "junior", trade(1000, { client: "c-19" }))).status).toBe(200);

    await page.getByLabel("Reason for lifting it").fill("corrected by the custodian");
    await page.getByRole("button", { name: "Lift the halt: Client c-17" }).click();
    await page.getByText("Nothing is halted.").waitFor();
    expect((await propose(advisor, "junior", trade(1000))).status).toBe(200);
    const record = await page.locator("#halt-events > li").allInnerTexts();
    expect(record.length).toBe(2);
    expect(record[0]).toMatch(/Lifted: Client c-17, by rev\..*corrected by the custodian/s);
    expect(record[1]).toMatch(/Halted: Client c-17, by rev\..*statement does not add up/s);
    expect(complaints).toEqual([]);
  });
});

const hostile = '<img src=x onerror="alert(1)"><script>alert(2)</script>';
const turned = "harmless \u202Ethgir\u202C \u200Bend";

describe.skipIf(executable === undefined)("text of others", () => {
  test("is text: in names, reasons, arguments and sessions no markup is made, and nothing is turned around", async () => {
    const advisor = await pageAdvisor(policy);
    await propose(advisor, "junior", { ...trade(7500), session: hostile });
    await propose(advisor, "junior", trade(100, { client: hostile }));
    await propose(advisor, "junior", { tool: hostile, arguments: { [hostile]: turned } });
    const reviewer = { authorization: `Bearer ${advisor.token("reviewer")}`, "content-type": "application/json" };
    for (const [client, reason] of [
      [hostile, turned],
      [turned, hostile],
    ]) {
      const body = JSON.stringify({ scope: { kind: "client", client }, reason });
      const answer = await fetch(`${advisor.url()}/v1/halts`, { method: "PUT", headers: reviewer, body });
      expect(answer.status).toBe(200);
    }
    const { page, complaints } = await openPage(browser, advisor.link());
    const images = await page.locator("img").count();
    await actAs(page, "reviewer");
    await page.getByRole("link", { name: /Halts/ }).click();
    await page.getByRole("heading", { name: `Client ${hostile}` }).waitFor();
    await page.getByRole("heading", { name: "Client harmless ⟨U+202E⟩thgir⟨U+202C⟩ ⟨U+200B⟩end" }).waitFor();
    await page.getByRole("link", { name: /Reviews/ }).click();
    await page.locator("#review-list").getByLabel("Reason").first().fill(hostile);
    await page.getByRole("button", { name: /^Reject/ }).click();
    await page.getByRole("button", { name: "Done" }).click();
    await page.locator("#review-closed-list").getByText(hostile).waitFor();
    await page.getByRole("link", { name: "Decisions" }).click();
    await page
      .locator("#decision-list")
      .getByRole("button", { name: /^Buy 7,500/ })
      .click();
    await page.getByRole("dialog").getByText(hostile).first().waitFor();
    expect(await page.locator("img").count()).toBe(images);
    expect(await page.locator("body script").count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test("could not become markup even if the page tried: the browser bars it", async () => {
    const advisor = await pageAdvisor(policy);
    const { page } = await openPage(browser, advisor.link());
    const barred = await page.evaluate(() => {
      const tries: readonly (() => unknown)[] = [
        () => {
          document.body.innerHTML = "<b>markup</b>";
        },
        () => document.write("<b>markup</b>"),
        () => new DOMParser().parseFromString("<b>markup</b>", "text/html"),
      ];
      return tries.map((attempt) => {
        try {
          attempt();
          return "done";
        } catch (error) {
          return error instanceof Error ? error.name : "barred";
        }
      });
    });
    expect(barred).toEqual(["TypeError", "TypeError", "TypeError"]);
    await page
      .evaluate(() => {
        const script = document.createElement("script");
        script.append("document.title = 'run'");
        document.head.append(script);
      })
      .catch(() => {});
    expect(await page.title()).toBe("Governed advisor");
  });
});

describe.skipIf(executable === undefined)("when the service goes away", () => {
  test("the page says so, goes on trying, and goes on working after a restart with new tokens", async () => {
    const advisor = await pageAdvisor(policy);
    await propose(advisor, "junior", trade(1000));
    const { page } = await openPage(browser, advisor.link());
    await page
      .locator("#decision-list")
      .getByRole("button", { name: /^Buy 1,000/ })
      .waitFor();
    const before = advisor.token("junior");
    await advisor.stop();
    await page.getByText("The service cannot be reached. The page goes on trying.").waitFor();
    await advisor.start();
    expect(advisor.token("junior")).not.toBe(before);
    await propose(advisor, "junior", trade(2000));
    await page
      .locator("#decision-list")
      .getByRole("button", { name: /^Buy 2,000/ })
      .waitFor();
    await page.getByText("The service cannot be reached.").waitFor({ state: "hidden" });
  });
});

describe.skipIf(executable === undefined)("when the service is busy", () => {
  test("what it has not begun is sent again; what it has answered otherwise is not", async () => {
    const advisor = await pageAdvisor(policy);
    await propose(advisor, "junior", trade(7500));
    const { page } = await openPage(browser, advisor.link());
    await actAs(page, "reviewer");
    await page.getByRole("link", { name: /Reviews/ }).click();
    await page.locator("#review-list").getByLabel("Reason").fill("fine");
    const sent: string[] = [];
    await page.route("**/approve", async (route) => {
      sent.push(route.request().postData() ?? "");
      const code = sent.length === 1 ? "overloaded" : "store_unavailable";
      const problem = { type: `urn:flyball:problem:${code}`, title: "The service is busy", status: 503, code };
      if (sent.length > 2) await route.continue();
      else await route.fulfill({ status: 503, headers: { "retry-after": "0" }, json: problem });
    });
    const approve = page.getByRole("button", { name: /^Approve/ });
    await approve.click();
    await page.locator("#review-list").getByRole("alert").getByText("The service is busy.").waitFor();
    expect(sent).toEqual(['{"reason":"fine"}', '{"reason":"fine"}']);
    await approve.click();
    await page
      .locator("#review-list")
      .getByText(/Approved and executed/)
      .waitFor();
    expect(advisor.fills().length).toBe(1);
  });
});

describe.skipIf(executable === undefined)("a phone's width", () => {
  test("shows one view at a time and nothing beyond its edge", async () => {
    const advisor: PageAdvisor = await pageAdvisor(policy);
    await propose(advisor, "junior", trade(7500));
    const { page } = await openPage(browser, advisor.link(), { viewport: phone, isMobile: true, hasTouch: true });
    await actAs(page, "reviewer");
    for (const view of ["Conversation", "Decisions", "Reviews", "Halts"]) {
      await page.getByRole("link", { name: new RegExp(`^${view}`) }).click();
      await page.locator('#views a[aria-current="page"]', { hasText: view }).waitFor();
      const visible = await page
        .locator("#work > section")
        .evaluateAll((all) => all.filter((each) => each.checkVisibility()).length);
      expect(visible).toBe(1);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect([view, width]).toEqual([view, phone.width]);
    }
    await page.goBack();
    await page.getByRole("heading", { name: "Waiting for a reviewer" }).waitFor();
  });
});
