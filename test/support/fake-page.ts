// One of the browser programs by itself, without editor and agent: it is sent messages and says what it posts.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import axe from "axe-core";
import type { Page } from "playwright-core";
import { root } from "../../scripts/bootstrap.mjs";
import { openBrowser } from "./browser.ts";
import { colours, type ThemeName } from "./editor-colours.ts";

export interface FakePage<From, To> {
  readonly page: Page;
  send(message: To): Promise<void>;
  /** What the page has posted, in order. */
  posted(): Promise<From[]>;
  axeViolations(): Promise<string[]>;
  readonly outsideRequests: readonly string[];
  close(): Promise<void>;
}

type Program = "webview" | "models";

const types: Readonly<Record<string, string>> = { js: "text/javascript", css: "text/css", ttf: "font/ttf" };

/** The same policy as in the editor; acquireVsCodeApi keeps what is posted for the test. */
const html = (program: Program, theme: ThemeName): string => `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self' data:; font-src 'self'; style-src 'self'; script-src 'nonce-test'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Trivium</title>
<link rel="stylesheet" href="/theme-${theme}.css">
<link rel="stylesheet" href="/${program}.css">
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
<script nonce="test" src="/${program}.js"></script>
</body>
</html>`;

const themeCss = (theme: ThemeName): string => {
  const lines = Object.entries(colours[theme]).map(([name, value]) => `--vscode-${name}: ${value};`);
  return `:root { ${lines.join(" ")} } body { background: var(--vscode-editor-background); }`;
};

const respond = (program: Program, path: string): { type: string; body: string | Buffer } => {
  const theme = /^\/(?:theme-)?(dark|light)(\.css)?$/.exec(path);
  if (theme) {
    const name = theme[1] === "light" ? "light" : "dark";
    return theme[2] ? { type: "text/css", body: themeCss(name) } : { type: "text/html", body: html(program, name) };
  }
  const file = path.slice(1);
  if (![`${program}.js`, `${program}.css`, "codicon.ttf"].includes(file)) return { type: "text/plain", body: "" };
  return { type: types[file.split(".").at(-1) ?? ""] ?? "", body: readFileSync(join(root, "dist", file)) };
};

/** Opens the page; resolves when it has said that it is ready. `From` is what it posts, `To` what it is sent. */
export const openFakePage = async <From, To>(program: Program, theme: ThemeName): Promise<FakePage<From, To>> => {
  const server = createServer((request, response) => {
    const { type, body } = respond(program, (request.url ?? "/").replace(/\?.*/, ""));
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
    send: (message) => page.evaluate((data) => void window.postMessage(data, "*"), message as object), // a message is one
    posted: () => page.evaluate<From[]>("window.posted"),
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
