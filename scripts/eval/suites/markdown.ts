// Answers as the chat view shows them: its own component in a real browser, for it makes elements and never HTML.
import { build } from "esbuild";
import { chromium } from "playwright-core";
import * as z from "zod/mini";
import { root } from "../../bootstrap.mjs";
import { ensureChromium, findChromium } from "../../rings/chromium.ts";
import { defineSuite } from "../suite.ts";
import { answerAll, scoreTexts, securityCases, textCase } from "./security.ts";

/** Draws into a box that is in no page, and gives what stands in it. */
const page = `
import { h, render } from "preact";
import { ActionsProvider } from "./src/webview/chat/actions.ts";
import { Markdown } from "./src/webview/markdown/markdown.tsx";
const actions = { post() {}, announce() {}, fillInput() {} };
globalThis.htmlOf = (text) => {
  const box = document.createElement("div");
  render(h(ActionsProvider, { value: actions }, h(Markdown, { text, streaming: false })), box);
  const html = box.innerHTML;
  render(null, box);
  return html;
};`;

const bundled = async (): Promise<string> => {
  const { outputFiles } = await build({
    stdin: { contents: page, resolveDir: root, loader: "js" },
    ...{ bundle: true, write: false, format: "iife", platform: "browser", target: "chrome130" },
    ...{ jsx: "automatic", jsxImportSource: "preact", loader: { ".css": "empty" }, logLevel: "silent" },
  });
  return outputFiles[0]?.text ?? "";
};

export const markdownSuite = defineSuite({
  name: "markdown",
  casesFile: securityCases,
  area: "markdown",
  schema: textCase(z.object({ markdown: z.string() })),
  async open() {
    await ensureChromium();
    const executablePath = findChromium();
    const browser = await chromium.launch({ ...(executablePath && { executablePath }), args: ["--no-sandbox"] });
    const view = await browser.newPage();
    await view.addScriptTag({ content: await bundled() });
    const htmlOf = async (markdown: string): Promise<string> =>
      z.string().parse(await view.evaluate(`htmlOf(${JSON.stringify(markdown)})`));
    return {
      answer: (one) => answerAll(one, "markdown", async ({ markdown }) => ({ output: await htmlOf(markdown) })),
      close: () => browser.close(),
    };
  },
  score: scoreTexts,
});
