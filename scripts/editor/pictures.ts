// The README's pictures: a person opens the chat, asks, and reads the answer, once in the dark theme and once in the light.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { openWorkbench } from "../../test/support/workbench.ts";
import { root } from "../bootstrap.mjs";
import { ensureChromium } from "../rings/chromium.ts";

const themes = [
  { name: "dark", colorTheme: "Default Dark Modern" },
  { name: "light", colorTheme: "Default Light Modern" },
] as const;

const workspaceFiles = {
  "cart.js": `export function total(price, count) {
  return price * count;
}

export function isLarge(price) {
  if (price = 100) {
    return true;
  }
  return false;
}
`,
  "README.md": "# Cart\n\nPrices and counts.\n",
};

/** Lines of cart.js, from 1, and what is asked about them. */
const questions = [
  { from: 1, to: 3, text: "What does this function do?" },
  { from: 5, to: 10, text: "Fix the bug in this function" },
] as const;

/** Writes chat-dark.png, chat-light.png, models-dark.png and models-light.png into media. */
export const takePictures = async (): Promise<void> => {
  await ensureChromium();
  mkdirSync(join(root, "media"), { recursive: true });
  for (const { name, colorTheme } of themes) {
    await takePicture(join(root, "media", `chat-${name}.png`), colorTheme);
    await takeModelsPicture(join(root, "media", `models-${name}.png`), colorTheme);
  }
};

/** The Models page with the side bars closed, and what this machine has. */
const takeModelsPicture = async (file: string, colorTheme: string) => {
  const workbench = await openWorkbench({
    settings: { "workbench.colorTheme": colorTheme, "window.commandCenter": false },
  });
  try {
    const { page, models } = workbench;
    await workbench.runCommand("Trivium: Open Models");
    await models.getByTestId("fits-you").waitFor({ timeout: 60_000 });
    await models.getByText("Looking for models").waitFor({ state: "detached", timeout: 60_000 });
    await page.getByRole("tab", { name: "Trivium Models" }).click();
    for (const sideBar of ["Control+B", "Control+Alt+B"]) await page.keyboard.press(sideBar);
    await page.locator(".part.auxiliarybar").waitFor({ state: "hidden" });
    await page.waitForTimeout(500);
    await page.screenshot({ path: file });
    console.log(`media/${file.split(/[\\/]/).at(-1)}`);
  } finally {
    await workbench.stop();
  }
};

const takePicture = async (file: string, colorTheme: string) => {
  const workbench = await openWorkbench({
    workspaceFiles,
    settings: { "workbench.colorTheme": colorTheme, "window.commandCenter": false },
  });
  try {
    const { page, chat } = workbench;
    await page.getByRole("treeitem", { name: "cart.js" }).dblclick();
    await page.locator(".monaco-editor .view-line").first().waitFor();
    await workbench.showChat();
    await widenChat(page);
    for (const [index, question] of questions.entries()) {
      await selectLines(page, question.from, question.to);
      await page.keyboard.press("Control+Alt+A");
      await chat.locator('[data-testid="attach-selection"][aria-pressed="true"]').waitFor();
      await chat.getByTestId("composer-input").fill(question.text);
      await chat.getByTestId("composer-input").press("Enter");
      const turn = chat.getByTestId("turn").nth(index);
      await turn.and(chat.locator('[data-state="done"]')).waitFor({ timeout: 120_000 });
    }
    await chat
      .getByTestId("routing")
      .first()
      .getByRole("button")
      .or(chat.getByTestId("routing").first())
      .first()
      .click();
    await page.waitForTimeout(500);
    await page.screenshot({ path: file });
    console.log(`media/${file.split(/[\\/]/).at(-1)}`);
  } finally {
    await workbench.stop();
  }
};

/** Drags the edge between editor and chat to the left. */
const widenChat = async (page: Page) => {
  const box = await page.locator(".part.auxiliarybar").boundingBox();
  if (!box) throw new Error("The side bar of the chat is not shown.");
  await page.mouse.move(box.x - 2, 300);
  await page.mouse.down();
  await page.mouse.move(box.x - 152, 300, { steps: 5 });
  await page.mouse.up();
};

const selectLines = async (page: Page, from: number, to: number) => {
  await page.locator(".monaco-editor .view-line").first().click();
  await page.keyboard.press("Control+Home");
  for (let line = 1; line < from; line++) await page.keyboard.press("ArrowDown");
  for (let line = from; line <= to; line++) await page.keyboard.press("Shift+ArrowDown");
  await page.waitForTimeout(400); // the view hears of a selection a moment later
};
