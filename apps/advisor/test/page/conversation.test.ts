// The conversation of the README, as a person has it: a trade that is executed, one that is refused and that the model
// repairs, one that waits for a reviewer, a restart of the service, the reviewer's word, and one execution of it. The
// pictures go to .tools/screenshots; SCREENSHOTS=docs/images renews those of the documentation.

import { mkdirSync } from "node:fs";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { chromiumPath } from "../support/chromium.ts";
import { compiledPolicies, order } from "../support/running-advisor.ts";
import {
  actAs,
  desktop,
  launchChromium,
  openPage,
  type PageAdvisor,
  pageAdvisor,
  phone,
  propose,
  say,
} from "../support/running-page.ts";

// A browser beside a busy machine is slow, and no measure of the page.
vi.setConfig({ testTimeout: 120_000 });

const executable = chromiumPath();
const root = path.resolve(import.meta.dirname, "../../../..");
const pictures = path.resolve(root, process.env["SCREENSHOTS"] ?? ".tools/screenshots");
let browser: Browser;
let policy = "";

beforeAll(async () => {
  if (executable === undefined) return;
  mkdirSync(pictures, { recursive: true });
  browser = await launchChromium(executable);
  policy = await compiledPolicies();
});
afterAll(() => browser?.close());

async function picture(page: Page, name: string): Promise<void> {
  // Where a text is being written blinks, and what is under the mouse is drawn otherwise.
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  await page.mouse.move(0, 0);
  await page.screenshot({ path: path.join(pictures, `${name}.png`), animations: "disabled" });
}

/** Pictures show a service that has decided before, not one that has just begun; somebody else's decisions are not in them. */
async function warmUp(advisor: PageAdvisor): Promise<void> {
  const rounds = process.env["SCREENSHOTS"] === undefined ? 0 : 400;
  for (let round = 1; round <= rounds; round += 1) {
    const args = { ...order, client: "c-19", symbol: "VTI", limit_price: 290, amount: 100 + round };
    await propose(advisor, "senior", { tool: "execute_trade", arguments: args });
  }
}

/** What was bought for c-17: symbol, and hundredths of a dollar. */
function filled(advisor: PageAdvisor): readonly (readonly [unknown, number])[] {
  const rows = advisor.fills().filter(({ client }) => client === "c-17");
  return rows.map(({ symbol, amount }) => [symbol, Number(amount)]);
}

const lastTurn = (page: Page) => page.locator("#messages > .advisor").last();
const lastActions = async (page: Page): Promise<readonly string[]> =>
  (await lastTurn(page).locator(".actions > li").allInnerTexts()).map((text) => text.replace(/\s+/g, " "));

describe.skipIf(executable === undefined)("a conversation", () => {
  test("in which a trade executes, one is refused and repaired, and one is suspended, approved after a restart and executed once", async () => {
    const advisor = await pageAdvisor(policy);
    await warmUp(advisor);
    const { page, complaints } = await openPage(browser, advisor.link());
    await page.getByText("Offline model, without an account · simulated: market data, execution, clients").waitFor();
    const decided = page.locator("#decision-list > li");

    await say(page, "Buy 1,000 USD of AAPL for client c-17");
    expect(await lastActions(page)).toEqual(["Executed Buy 1,000 USD of AAPL for c-17, at market"]);
    await lastTurn(page)
      .getByText(/simulated/)
      .waitFor();
    expect(filled(advisor).length).toBe(1);

    await say(page, "Buy 25,000 USD of MSFT for client c-17");
    const [refused = "", repaired = "", ...others] = await lastActions(page);
    expect(refused).toMatch(/^Refused Buy 25,000 USD of MSFT for c-17, at market 15,000 USD over the junior limit/);
    expect(repaired).toMatch(/^Executed Buy 5,000 USD of MSFT for c-17, at market$/);
    expect(others).toEqual([]);
    expect(filled(advisor).length).toBe(2);
    const denial = decided.filter({ hasText: "Buy 25,000 USD of MSFT" });
    await denial.getByText("order_over_limit · amount").waitFor();
    await denial.getByText(/^\S*policies\/limits\/limits\.rego:\d+$/).waitFor();
    await denial.getByText(/^decided in [\d,]+ ns$/).waitFor();

    await say(page, "Buy 7,500 USD of VTI for client c-17");
    expect((await lastActions(page))[0]).toMatch(/^Waits for review Buy 7,500 USD of VTI for c-17, at market/);
    expect(filled(advisor).length).toBe(2);
    expect(await decided.count()).toBe(4);
    await picture(page, "conversation");

    // In between the service ends and begins again; the page finds it, and the conversation is where it was.
    await advisor.stop();
    await page.getByText("The service cannot be reached. The page goes on trying.").waitFor();
    await advisor.start();
    await page.getByText("The service cannot be reached.").waitFor({ state: "hidden" });
    await page.reload();
    await page.locator("#messages").getByText("Buy 1,000 USD of AAPL for client c-17").waitFor();
    expect(await page.locator("#messages > li").count()).toBe(6);
    expect((await lastActions(page))[0]).toMatch(/^Waits for review/);

    await actAs(page, "reviewer");
    await page.getByRole("link", { name: /Reviews 1 waiting/ }).click();
    await page.getByText("Asked by jun · junior, through the agent advisor").waitFor();
    await page.locator("#review-list").getByLabel("Reason").fill("Within the client's mandate; cash covers it.");
    await picture(page, "review");
    await page.getByRole("button", { name: /^Approve: Buy 7,500 USD of VTI/ }).click();
    await page
      .locator("#review-list")
      .getByText(/Approved and executed: [\d.]+ VTI at [\d.]+ \(simulated\)/)
      .waitFor();
    expect(filled(advisor)).toEqual([
      ["AAPL", 100_000],
      ["MSFT", 500_000],
      ["VTI", 750_000],
    ]);

    await actAs(page, "junior");
    await page
      .locator("#messages > .review")
      .getByText(/Within the client's mandate/)
      .waitFor();
    const states = await page.locator("#messages .actions > li .badge").allInnerTexts();
    expect(states).toEqual(["Executed", "Refused", "Executed", "Executed"]);
    await page.getByRole("link", { name: "Decisions" }).click();
    const resumed = decided.first();
    await resumed.getByText("Executed").waitFor();
    await resumed.getByText("approved by rev · reviewer").waitFor();
    await picture(page, "approved");

    // Once, whatever comes after it: another start looks at what was left over.
    await advisor.stop();
    await advisor.start();
    await page.getByText("The service cannot be reached.").waitFor({ state: "hidden" });
    expect(filled(advisor).length).toBe(3);
    expect(complaints.filter((line) => !line.includes("ERR_CONNECTION_REFUSED"))).toEqual([]);
  });

  test("fits a phone", async () => {
    const advisor = await pageAdvisor(policy);
    await warmUp(advisor);
    const { page } = await openPage(browser, advisor.link(), {
      viewport: phone,
      isMobile: true,
      hasTouch: true,
      colorScheme: "dark",
    });
    await say(page, "Buy 25,000 USD of AAPL for client c-17");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(phone.width);
    await picture(page, "phone-conversation");
    await page.getByRole("link", { name: "Decisions" }).click();
    await page
      .getByText(/limits\.rego/)
      .first()
      .waitFor();
    await picture(page, "phone-decisions");
  });

  test("shows what people and models say as text, whatever it says", async () => {
    const advisor = await pageAdvisor(policy);
    const { page, complaints } = await openPage(browser, advisor.link());
    const images = await page.locator("img").count();
    const hostile = 'hello <img src=x onerror="alert(1)"> </textarea><script>alert(2)</script> \u202Ekcab';
    await say(page, hostile);
    await page.locator("#messages > .user .text").getByText("⟨U+202E⟩kcab").waitFor();
    await say(page, 'Buy 100 USD of <b>AAPL</b> for client "><script>alert(3)</script>');
    expect(await page.locator("#messages script, #messages b, #messages img").count()).toBe(0);
    expect(await page.locator("img").count()).toBe(images);
    expect(complaints).toEqual([]);
  });

  test("gives the words back where the service could not take them", async () => {
    const advisor = await pageAdvisor(policy);
    const { page } = await openPage(browser, advisor.link());
    await page.getByRole("button", { name: "What does c-17 hold?" }).click();
    await advisor.stop();
    await page.keyboard.press("Enter");
    await page.getByRole("alert").getByText("The service cannot be reached.").waitFor();
    expect(await page.getByLabel("Message to the advisor").inputValue()).toBe("What does c-17 hold?");
    expect(await page.locator("#messages > li").count()).toBe(0);
    await advisor.start();
    await page.keyboard.press("Enter");
    await lastTurn(page)
      .getByText(/150,000 USD in cash/)
      .waitFor();
    expect(await page.locator("#messages > li").count()).toBe(2);
  });

  test("is ended by the person, who has their words back where nothing was begun", async () => {
    const advisor = await pageAdvisor(policy);
    const { page } = await openPage(browser, advisor.link());
    let told = (): void => {};
    const asked = new Promise<void>((resolve) => {
      told = resolve;
    });
    // The service's answer is held back, as by a slow network, until the person has had enough.
    await page.route("**/v1/chat", async (route) => {
      if (route.request().method() !== "POST") return route.continue();
      told();
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    });
    await page.getByLabel("Message to the advisor").fill("Buy 1,000 USD of AAPL for client c-17");
    await page.keyboard.press("Enter");
    await asked;
    expect(await page.getByRole("button", { name: "Send" }).isVisible()).toBe(false);
    expect(await page.getByRole("log").getAttribute("aria-busy")).toBe("true");
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByRole("button", { name: "Send" }).waitFor();
    expect(await page.getByRole("log").getAttribute("aria-busy")).toBe("false");
    expect(await page.getByLabel("Message to the advisor").inputValue()).toBe("Buy 1,000 USD of AAPL for client c-17");
    expect(await page.getByRole("alert").filter({ visible: true }).count()).toBe(0);
    expect(advisor.fills()).toEqual([]);
    await page.unrouteAll({ behavior: "ignoreErrors" });
    await say(page, "Buy 1,000 USD of AAPL for client c-17");
    expect(await lastActions(page)).toEqual(["Executed Buy 1,000 USD of AAPL for c-17, at market"]);
  });

  test("that is cut in the middle is told as the service has it", async () => {
    const advisor = await pageAdvisor(policy);
    const { page } = await openPage(browser, advisor.link());
    // The connection breaks after the first event; the service has gone on.
    await page.route("**/v1/chat", async (route) => {
      if (route.request().method() !== "POST") return route.continue();
      const response = await route.fetch();
      const [first = ""] = (await response.text()).split("event: text");
      await route.fulfill({ response, body: first });
    });
    await say(page, "Buy 1,000 USD of AAPL for client c-17");
    expect(await lastActions(page)).toEqual(["Executed Buy 1,000 USD of AAPL for c-17, at market"]);
    await lastTurn(page)
      .getByText(/^Bought [\d.]+ AAPL for 1,000 USD/)
      .waitFor();
    expect(advisor.fills().length).toBe(1);
  });

  test("is each person's own, and a new one begins empty", async () => {
    const advisor = await pageAdvisor(policy);
    const { page } = await openPage(browser, advisor.link(), { viewport: desktop });
    await say(page, "What does c-17 hold?");
    await actAs(page, "senior");
    await page.getByText("The model proposes; the policy decides before anything happens.").waitFor();
    expect(await page.locator("#messages > li").count()).toBe(0);
    await say(page, "Quote for MSFT");
    await actAs(page, "junior");
    await page.getByText(/150,000 USD in cash/).waitFor();
    expect(await page.locator("#messages > li").count()).toBe(2);
    await page.getByRole("button", { name: "New conversation" }).click();
    expect(await page.locator("#messages > li").count()).toBe(0);
    await page.reload();
    await page.getByLabel("Message to the advisor").waitFor();
    expect(await page.locator("#messages > li").count()).toBe(0);
  });
});
