// Stands in for desktop VS Code: understands the arguments that @vscode/test-electron gives to the command `code`, and
// carries them out with VS Code's server and a headless browser. The exit code is the extension host's own.
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { format, parseArgs } from "node:util";
import { exitOnSignals } from "../../scripts/editor/at-exit.ts";
import { ensureCodeServer } from "../../scripts/editor/install.ts";
import { writeUserSettings } from "../../scripts/editor/profile.ts";
import { startServer } from "../../scripts/editor/server.ts";
import { openBrowser } from "../support/browser.ts";

const limitMs = 180_000;

/** Talk of the editor about itself that says nothing about the tests; two of its compiled parts are left out on purpose. */
const chatter =
  /socket|connection token|grace time|Service ?Worker|AgentHost|AccountPolicy|extensions cache|extensions from gallery|bindings file|\/watchdog'|^Canceled/;

const readCommandLine = () => {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    options: {
      extensionDevelopmentPath: text,
      extensionTestsPath: text,
      "user-data-dir": text,
      "extensions-dir": text,
    },
    strict: false,
    allowPositionals: true,
  });
  const path = (name: string) => {
    const value = values[name];
    if (typeof value !== "string") throw new Error(`--${name} is missing`);
    return resolve(value);
  };
  return {
    extension: path("extensionDevelopmentPath"),
    tests: path("extensionTestsPath"),
    dataDir: path("user-data-dir"),
    extensionsDir: path("extensions-dir"),
    workspace: resolve(positionals[0] ?? "."),
  };
};

const runSuite = async (): Promise<number> => {
  const { extension, tests, dataDir, extensionsDir, workspace } = readCommandLine();
  writeUserSettings(dataDir);
  const server = await startServer({
    program: await ensureCodeServer(),
    dataDir,
    extensionsDir,
    port: 0,
    env: {},
    // Without the driver a built VS Code ignores the two paths below, silently.
    flags: ["--disable-workspace-trust", "--enable-smoke-test-driver"],
  });
  const browser = await openBrowser(server.authority);
  try {
    const { page } = browser;
    const ended = new Promise<number>((resolveExit) => {
      void page.exposeFunction("codeAutomationExit", (code: number) => resolveExit(code));
      setTimeout(() => {
        console.error(`The extension host did not end within ${limitMs / 1000} s.`);
        resolveExit(124);
      }, limitMs).unref();
    });
    await page.exposeFunction("codeAutomationLog", (_kind: string, parts: unknown[]) => {
      const line = format(...parts.map((part) => part ?? ""));
      if (!chatter.test(line)) console.log(line);
    });

    const remote = (path: string) => `vscode-remote://${server.authority}${encodeURI(path)}`;
    const payload = JSON.stringify([
      ["extensionDevelopmentPath", remote(extension)],
      ["extensionTestsPath", remote(tests)],
      ["skipWelcome", "true"],
    ]);
    await page.goto(server.urlOf(workspace, { payload }));
    const code = await ended;
    if (code !== 0) {
      await page.screenshot({ path: join(dataDir, "..", "failure.png") });
      writeFileSync(join(dataDir, "..", "server.log"), server.log());
    }
    return code;
  } finally {
    await browser.close();
    await server.stop();
  }
};

exitOnSignals();
process.exit(await runSuite());
