// The Models page's own bundle in a browser, without editor and agent: it is sent messages and says what it posts.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { root } from "../../scripts/bootstrap.mjs";
import type { FromModelsPage, ToModelsPage } from "../../src/protocol/models-page.ts";
import { openBrowser } from "./browser.ts";
import { colours, type ThemeName } from "./editor-colours.ts";

export interface FakeModelsPage {
  readonly page: Page;
  send(message: ToModelsPage): Promise<void>;
  /** What the page has posted, in order. */
  posted(): Promise<FromModelsPage[]>;
  axeViolations(): Promise<string[]>;
  readonly outsideRequests: readonly string[];
  close(): Promise<void>;
}

const types: Readonly<Record<string, string>> = { js: "text/javascript", css: "text/css", ttf: "font/ttf" };

/** The same policy as in the editor; acquireVsCodeApi keeps what is posted for the test. */
const html = (theme: ThemeName): string => `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self' data:; font-src 'self'; style-src 'self'; script-src 'nonce-test'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Models</title>
<link rel="stylesheet" href="/theme-${theme}.css">
<link rel="stylesheet" href="/models.css">
</head>
<body class="vscode-${theme}">
<div id="root"></div>
<script nonce="test">
  window.posted = [];
  let kept;
  window.acquireVsCodeApi = () => ({
    postMessage: (message) => window.posted.push(message),
    getState: () => kept,
    setState: (state) => { kept = state; },
  });
</script>
<script nonce="test" src="/models.js"></script>
</body>
</html>`;

const themeCss = (theme: ThemeName): string => {
  const lines = Object.entries(colours[theme]).map(([name, value]) => `--vscode-${name}: ${value};`);
  return `:root { ${lines.join(" ")} } body { background: var(--vscode-editor-background); }`;
};

const respond = (path: string): { type: string; body: string | Buffer } => {
  const theme = /^\/(?:theme-)?(dark|light)(\.css)?$/.exec(path);
  if (theme) {
    const name = theme[1] === "light" ? "light" : "dark";
    return theme[2] ? { type: "text/css", body: themeCss(name) } : { type: "text/html", body: html(name) };
  }
  const file = path.slice(1);
  if (!["models.js", "models.css", "codicon.ttf"].includes(file)) return { type: "text/plain", body: "" };
  return { type: types[file.split(".").at(-1) ?? ""] ?? "", body: readFileSync(join(root, "dist", file)) };
};

/** Opens the page; resolves when it has said that it is ready. */
export const openFakeModelsPage = async (theme: ThemeName = "dark"): Promise<FakeModelsPage> => {
  const server = createServer((request, response) => {
    const { type, body } = respond((request.url ?? "/").replace(/\?.*/, ""));
    response.writeHead(200, { "content-type": type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const authority = `127.0.0.1:${(server.address() as AddressInfo).port}`; // a TCP server's address is never a path
  const { page, outsideRequests, close } = await openBrowser(authority);
  await page.goto(`http://${authority}/${theme}`);
  await page.waitForFunction("window.posted.length > 0", undefined, { timeout: 10_000 });
  return {
    page,
    outsideRequests,
    send: (message) => page.evaluate((data) => void window.postMessage(data, "*"), message),
    posted: () => page.evaluate<FromModelsPage[]>("window.posted"),
    async axeViolations() {
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate<{
        violations: { id: string; help: string; nodes: { html: string }[] }[];
      }>("axe.run(document)");
      return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes[0]?.html ?? ""}`);
    },
    async close() {
      await close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
