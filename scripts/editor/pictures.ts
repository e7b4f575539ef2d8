// The README's pictures: a person opens the chat, asks, and reads the answer, once in the dark theme and once in the light.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openWorkbench } from "../../test/support/workbench.ts";
import { root } from "../bootstrap.mjs";
import { ensureChromium } from "../rings/chromium.ts";

const themes = [
  { name: "dark", colorTheme: "Default Dark Modern" },
  { name: "light", colorTheme: "Default Light Modern" },
] as const;

const question = "What does total do?";

const workspaceFiles = {
  "cart.ts": `/** What a cart costs, with 10 % off from 100 on. */
export const total = (prices: number[]): number => {
  let sum = 0;
  for (const price of prices) sum += price;
  return sum >= 100 ? sum * 0.9 : sum;
};
`,
  "README.md": "# Cart\n\nAdds prices.\n",
};

/** Writes media/chat-dark.png and media/chat-light.png. */
export const takePictures = async (): Promise<void> => {
  await ensureChromium();
  mkdirSync(join(root, "media"), { recursive: true });
  for (const { name, colorTheme } of themes) await takePicture(join(root, "media", `chat-${name}.png`), colorTheme);
};

const takePicture = async (file: string, colorTheme: string) => {
  const workbench = await openWorkbench({
    workspaceFiles,
    settings: { "workbench.colorTheme": colorTheme, "window.commandCenter": false },
  });
  try {
    const { page, chat } = workbench;
    await page.getByRole("treeitem", { name: "cart.ts" }).dblclick();
    await page.locator(".monaco-editor .view-line").first().waitFor();
    await workbench.showChat();
    await chat.getByTestId("composer-input").fill(question);
    await chat.getByTestId("send").click();
    const turn = chat.getByTestId("turn").last();
    await turn.and(chat.locator('[data-state="done"]')).waitFor({ timeout: 120_000 });
    await turn.getByTestId("routing").waitFor();
    await turn.getByTestId("metrics").waitFor();
    await page.screenshot({ path: file });
    console.log(`media/${file.split(/[\\/]/).at(-1)}`);
  } finally {
    await workbench.stop();
  }
};
