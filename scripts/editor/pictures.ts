// The README's and the guide's pictures: what a person sees who asks, once in the dark theme and once in the light.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { cartScript } from "../../test/support/cart-script.ts";
import { type ChatPage, openChatPage } from "../../test/support/chat-page.ts";
import { type RoleScript, startRoleServer } from "../../test/support/role-server.ts";
import { openWorkbench, type Workbench } from "../../test/support/workbench.ts";
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

/** What the planned turn is about. */
const discountFiles = {
  ...workspaceFiles,
  "cart.js": `export const total = (items, discount) => {
  const prices = items.map((item) => item.price * (1 - discount));
  const sum = prices.reduce((all, price) => all + price, 0);
  return sum * (1 - discount);
};
`,
};

/** Lines of cart.js, from 1, and what is asked about them. */
const questions = [
  { from: 1, to: 3, text: "What does this function do?" },
  { from: 5, to: 10, text: "Fix the bug in this function" },
] as const;

/** The road is said in the prompt, or plain from it: no picture depends on what the router learnt. */
const planned =
  "@coder /plan The cart takes the discount off twice. Find out why, work out the right total, and correct it.";
const computed = "What is (15 + 7) * 12?";

/** A made-up model: its first sum is wrong. */
const script: RoleScript = {
  ...cartScript,
  mathematician: ({ count }) =>
    count === 1 ? "(15 + 7) * 12 = 254\n\nAnswer: 254" : "15 + 7 = 22\n\n22 * 12 = 264\n\nAnswer: 264",
  answerer: () =>
    "The discount was taken off each price, and then again off the sum. Three items of 20 with 10 % off are 54:\n\n" +
    "```js\nexport const total = (items, discount) => {\n  const sum = items.reduce((all, item) => all + item.price, 0);\n  return sum * (1 - discount);\n};\n```",
};

/** Writes chat, models, plan and road, each -dark.png and -light.png, into media. */
export const takePictures = async (): Promise<void> => {
  await ensureChromium();
  mkdirSync(join(root, "media"), { recursive: true });
  for (const { name, colorTheme } of themes) {
    const fileOf = (what: string) => join(root, "media", `${what}-${name}.png`);
    await inWorkbench({ colorTheme }, async (workbench) => {
      await showAnswers(workbench);
      await save(workbench.page, fileOf("chat"));
    });
    await inWorkbench({ colorTheme }, async (workbench) => {
      await showModels(workbench);
      await save(workbench.page, fileOf("models"));
    });
    const server = await startRoleServer(script, 5);
    await inWorkbench({ colorTheme, server: server.url }, async (workbench) => {
      const chat = await openWideChat(workbench);
      await showPlan(chat);
      await save(workbench.page, fileOf("plan"));
      await chat.newChat();
      await showRoad(workbench, chat);
      await save(workbench.page, fileOf("road"));
    }).finally(server.close);
  }
};

interface Look {
  readonly colorTheme: string;
  /** The address of the server whose model answers; without one the starter does. */
  readonly server?: string;
}

const inWorkbench = async ({ colorTheme, server }: Look, use: (workbench: Workbench) => Promise<void>) => {
  const workbench = await openWorkbench({
    workspaceFiles: server ? discountFiles : workspaceFiles,
    settings: { "workbench.colorTheme": colorTheme, "window.commandCenter": false },
    machineSettings: server
      ? {
          "trivium.engines": [{ id: "team", kind: "openai", urls: [server] }],
          "trivium.model.path": "engine:team/scripted",
        }
      : {},
  });
  try {
    await use(workbench);
  } finally {
    await workbench.stop();
  }
};

const save = async (page: Page, file: string) => {
  await page.waitForTimeout(500); // what fades and slides has come to rest
  await page.screenshot({ path: file });
  console.log(`media/${file.split(/[\\/]/).at(-1)}`);
};

/** The Models page with the side bars closed, and what this machine has. */
const showModels = async ({ page, models, runCommand }: Workbench) => {
  await runCommand("Trivium: Open Models");
  await models.getByTestId("fits-you").waitFor({ timeout: 60_000 });
  await models.getByText("Looking for models").waitFor({ state: "detached", timeout: 60_000 });
  await page.getByRole("tab", { name: "Trivium Models" }).click();
  for (const sideBar of ["Control+B", "Control+Alt+B"]) await page.keyboard.press(sideBar);
  await page.locator(".part.auxiliarybar").waitFor({ state: "hidden" });
};

/** Two questions about lines of a file, answered by the starter model. */
const showAnswers = async (workbench: Workbench) => {
  await openCart(workbench);
  const chat = openChatPage(workbench.chat);
  await widenChat(workbench.page, 150);
  for (const { from, to, text } of questions) {
    await attachLines(workbench, from, to);
    await chat.answerWhen(await chat.ask(text), "done");
  }
};

const openCart = async ({ page, showChat }: Workbench) => {
  await page.getByRole("treeitem", { name: "cart.js" }).dblclick();
  await page.locator(".monaco-editor .view-line").first().waitFor();
  await showChat();
};

const openWideChat = async (workbench: Workbench): Promise<ChatPage> => {
  const { page } = workbench;
  await openCart(workbench);
  await page.locator(".monaco-editor .view-line").first().click();
  await page.keyboard.press("Control+B");
  await page.locator(".part.sidebar").waitFor({ state: "hidden" });
  await widenChat(page, 340);
  return openChatPage(workbench.chat);
};

/** A plan that was carried out, unfolded to its graph and its steps. */
const showPlan = async (chat: ChatPage) => {
  const turn = await chat.ask(planned);
  await chat.answerWhen(turn, "done");
  await turn.getByTestId("plan").locator("summary").first().click();
  await turn.scrollIntoViewIfNeeded();
};

/** A sum that was recomputed and asked for again, and why it took this road. */
const showRoad = async ({ page }: Workbench, chat: ChatPage) => {
  await page.setViewportSize({ width: 1280, height: 940 });
  const turn = await chat.ask(computed);
  await chat.answerWhen(turn, "done");
  await turn.getByTestId("routing").locator("summary").first().click();
};

/** Drags the edge between editor and chat to the left. */
const widenChat = async (page: Page, pixels: number) => {
  const box = await page.locator(".part.auxiliarybar").boundingBox();
  if (!box) throw new Error("The side bar of the chat is not shown.");
  await page.mouse.move(box.x - 2, 300);
  await page.mouse.down();
  await page.mouse.move(box.x - 2 - pixels, 300, { steps: 5 });
  await page.mouse.up();
};

/** Selects lines and presses their chip in the chat. What takes the focus meanwhile takes keys too: then once more. */
const attachLines = async ({ page, chat }: Workbench, from: number, to: number) => {
  const chip = chat.getByRole("button", { name: `Attach cart.js:${from}-${to}` });
  for (let tries = 1; ; tries++) {
    await page.locator(".monaco-editor .view-line").first().click();
    await page.keyboard.press("Control+Home");
    for (let line = 1; line < from; line++) await page.keyboard.press("ArrowDown");
    for (let line = from; line <= to; line++) await page.keyboard.press("Shift+ArrowDown");
    try {
      await chip.waitFor({ timeout: 5000 });
      break;
    } catch (error) {
      if (tries === 4) throw error;
    }
  }
  await chip.click();
  await chip.and(chat.locator('[aria-pressed="true"]')).waitFor();
};
