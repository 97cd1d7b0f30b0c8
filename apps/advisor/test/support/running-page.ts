// The page as a person has it: a real Chromium before the real advisor, on a port that stays the same over a restart.

import { readFileSync } from "node:fs";
import path from "node:path";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { onTestFinished } from "vitest";
import { type Advisor, runAdvisor } from "../../src/start/run-advisor.ts";
import { readRows, settingsFor, temporaryFolder } from "./running-advisor.ts";

export interface PageAdvisor {
  readonly url: () => string;
  /** The page with its key, as `npm start` prints it. */
  readonly link: () => string;
  readonly folder: string;
  readonly token: (person: string) => string;
  readonly fills: () => readonly Record<string, unknown>[];
  readonly stop: () => Promise<void>;
  /** On the same port, with the same state: as after a crash or a release. */
  readonly start: () => Promise<void>;
}

export async function pageAdvisor(policyFile: string): Promise<PageAdvisor> {
  const folder = temporaryFolder();
  let port = 0;
  let running: Advisor | undefined;
  const start = async (): Promise<void> => {
    const result = await runAdvisor({ ...settingsFor(folder, policyFile), port });
    if (!result.ok) throw new Error(result.message);
    running = result.advisor;
    port = Number(new URL(running.service.url).port);
  };
  const stop = async (): Promise<void> => {
    await running?.stop(2_000);
    running = undefined;
  };
  await start();
  onTestFinished(stop);
  return {
    url: () => `http://127.0.0.1:${port}`,
    link: () => running?.pageLink ?? "",
    folder,
    token: (person) => {
      const tokens = JSON.parse(readFileSync(path.join(folder, "dev-tokens.json"), "utf8")) as Record<string, string>;
      return tokens[person] ?? "";
    },
    fills: () => readRows(path.join(folder, "paper-broker.sqlite"), "SELECT * FROM fills ORDER BY id"),
    stop,
    start,
  };
}

export function launchChromium(executablePath: string): Promise<Browser> {
  const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--force-color-profile=srgb"];
  return chromium.launch({ executablePath, args });
}

export interface OpenPage {
  readonly page: Page;
  /** What the browser complained about: errors of scripts, and what the content security policy has barred. */
  readonly complaints: readonly string[];
}

export const desktop = { width: 1280, height: 800 };
export const phone = { width: 375, height: 740 };

/** A window of its own, with the browser's own settings for a person in London; closed when the test is over. */
export async function openPage(browser: Browser, link: string, options: BrowserContextOptions = {}): Promise<OpenPage> {
  const context: BrowserContext = await browser.newContext({
    viewport: desktop,
    locale: "en-GB",
    timezoneId: "Europe/London",
    ...options,
  });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("dialog", (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("console", (message) => {
    // The browser writes a line for each answer that is no 2xx; those are the service's business.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource"))
      complaints.push(message.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith("http://127.0.0.1:")) complaints.push(`a request to ${request.url()}`);
  });
  await page.goto(link);
  return { page, complaints };
}

export async function actAs(page: Page, person: string): Promise<void> {
  await page.getByLabel("Acting as").selectOption(person);
}

/**
 * Says it and waits until the turn is over; says it again where the service was too busy to begin, or the page was just
 * changing persons and took nothing.
 */
export async function say(page: Page, text: string): Promise<void> {
  const turns = await page.locator("#messages > .advisor").count();
  const taken = page.locator("#messages > .advisor").nth(turns);
  const turnedAway = page.locator("#chat-problem").getByText("The service is busy");
  for (let tries = 1; tries <= 5; tries += 1) {
    await page.getByLabel("Message to the advisor").fill(text);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Stop" }).waitFor({ state: "hidden", timeout: 60_000 });
    const spoken = taken.or(turnedAway).first().waitFor({ timeout: 10_000 });
    await spoken.catch(() => {});
    if (await taken.isVisible()) break;
  }
  await page.getByRole("button", { name: "Send" }).waitFor();
}

/** Over HTTP, as another program would: what a busy service has not begun is sent again. */
export async function propose(
  advisor: PageAdvisor,
  person: string,
  action: { readonly tool: string; readonly arguments: unknown; readonly session?: string },
): Promise<Response> {
  for (let tries = 1; ; tries += 1) {
    const response = await fetch(`${advisor.url()}/v1/actions`, {
      method: "POST",
      headers: { authorization: `Bearer ${advisor.token(person)}`, "content-type": "application/json" },
      body: JSON.stringify({ session: "s-1", ...action }),
    });
    if (response.status !== 503 || tries === 20) return response;
    const { code } = (await response.clone().json()) as { readonly code?: unknown };
    if (code !== "overloaded") return response;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
