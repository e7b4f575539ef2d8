// A headless browser that can reach the editor's server and nothing else.
import { type Browser, chromium, type Page } from "playwright-core";
import { findChromium } from "../../scripts/rings/chromium.ts";

export interface TestBrowser {
  readonly page: Page;
  /** Every address of another host that anything in the page asked for; all were refused. */
  readonly outsideRequests: readonly string[];
  readonly close: () => Promise<void>;
}

/** Opens an empty page that may load from `authority` (HOST:PORT) only. */
export const openBrowser = async (authority: string): Promise<TestBrowser> => {
  const executablePath = findChromium();
  if (executablePath === undefined)
    throw new Error("No Chromium or Chrome on this machine. `npm test` says how to get it.");
  const browser: Browser = await chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
  });
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const outsideRequests: string[] = [];
  await context.route("**/*", (route) => {
    const url = new URL(route.request().url());
    if (url.host === authority || url.protocol === "data:" || url.protocol === "blob:") return route.continue();
    outsideRequests.push(url.href);
    return route.abort();
  });
  return { page: await context.newPage(), outsideRequests, close: () => browser.close() };
};
