// The real workbench in a real browser, with Trivium installed, for the tests that use it as a person does.
import type { FrameLocator, Page } from "playwright-core";
import { exitOnSignals } from "../../scripts/editor/at-exit.ts";
import { ensureCodeServer } from "../../scripts/editor/install.ts";
import { linkExtension, writeMachineSettings, writeUserSettings } from "../../scripts/editor/profile.ts";
import { startServer } from "../../scripts/editor/server.ts";
import { openBrowser } from "./browser.ts";
import { createEditorHome, type EditorHome, type WorkspaceFiles } from "./editor-home.ts";

interface WorkbenchOptions {
  /** Settings of the editor's user, for example a colour theme. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Settings of the machine: all of Trivium's are. */
  readonly machineSettings?: Readonly<Record<string, unknown>>;
  readonly workspaceFiles?: WorkspaceFiles;
  readonly env?: Readonly<Record<string, string>>;
  /** "restricted": the workspace is not trusted, and the editor asks nothing. */
  readonly trust?: "trusted" | "restricted";
  /** Another extension folder than this project. */
  readonly extension?: string;
}

export interface Workbench extends Omit<EditorHome, "close" | "env"> {
  readonly page: Page;
  /** The chat view's own document; its container must be shown, and no page in the editor area. */
  readonly chat: FrameLocator;
  /** The Models page's own document, once its tab is there; and the chat view's beside it, if it was never hidden. */
  readonly models: FrameLocator;
  readonly chatBesideModels: FrameLocator;
  /** Runs a command by its title in the palette. */
  readonly runCommand: (title: string) => Promise<void>;
  /** Shows the chat view, whether or not it is shown already. */
  readonly showChat: () => Promise<void>;
  /** Loads the window again, as after "Reload Window". */
  readonly reload: () => Promise<void>;
  readonly outsideRequests: readonly string[];
  readonly serverLog: () => string;
  /** Ends the browser, the editor and the model host, and removes every folder. */
  readonly stop: () => Promise<void>;
}

/** A frame in the editor area: those of views say that they are one, until they are hidden and shown again. */
const editorPage = 'iframe.webview.ready:not([src*="purpose="])';

/** Restricted without a question: trust is on, the start-up prompt and the banner are not. */
const restrictedSettings = {
  "security.workspace.trust.enabled": true,
  "security.workspace.trust.startupPrompt": "never",
  "security.workspace.trust.banner": "never",
};

/** Starts editor and browser; resolves when the workbench is painted and Trivium's icon is there. */
export const openWorkbench = async (options: WorkbenchOptions = {}): Promise<Workbench> => {
  exitOnSignals();
  const home = createEditorHome(options.workspaceFiles);
  const restricted = options.trust === "restricted";
  writeUserSettings(home.dataDir, { ...(restricted ? restrictedSettings : {}), ...options.settings });
  writeMachineSettings(home.dataDir, options.machineSettings ?? {});
  linkExtension(home.extensionsDir, options.extension);

  const server = await startServer({
    program: await ensureCodeServer(),
    dataDir: home.dataDir,
    extensionsDir: home.extensionsDir,
    port: 0,
    env: { ...home.env, ...options.env },
    flags: restricted ? [] : ["--disable-workspace-trust"],
  });
  const browser = await openBrowser(server.authority);
  const { page, outsideRequests } = browser;
  const stop = async () => {
    await browser.close();
    await server.stop();
    await home.close();
  };

  const tab = page.locator(".part.auxiliarybar").getByRole("tab", { name: "Trivium" });
  const showChat = async () => {
    if ((await tab.getAttribute("aria-selected")) !== "true") await tab.locator("a").click();
    await page.locator("iframe.webview.ready").first().waitFor();
  };
  const load = async () => {
    await page.goto(server.urlOf(home.workspaceDir));
    await page.locator(".monaco-workbench").waitFor();
    await tab.waitFor({ timeout: 60_000 });
  };
  try {
    await load();
  } catch (error) {
    const log = server.log().slice(-4000);
    await stop();
    throw new Error(`The workbench did not open with Trivium in it.\n${log}`, { cause: error });
  }

  const chat = page.frameLocator("iframe.webview.ready").frameLocator("iframe#active-frame");
  const models = page.frameLocator(editorPage).frameLocator("iframe#active-frame");
  const view = page.frameLocator('iframe.webview.ready[src*="purpose=webviewView"]');
  const chatBesideModels = view.frameLocator("iframe#active-frame");
  const runCommand = async (title: string) => {
    // A view that takes the focus meanwhile closes the palette: then it is opened again.
    for (let tries = 1; ; tries++) {
      await page.keyboard.press("F1");
      try {
        await page.locator(".quick-input-widget input").fill(`>${title}`, { timeout: 5000 });
        return await page.getByRole("option", { name: title }).first().click({ timeout: 5000 });
      } catch (error) {
        if (tries === 4) throw error;
      }
    }
  };
  const { close: _, env: __, ...folders } = home;
  return {
    ...folders,
    page,
    chat,
    models,
    chatBesideModels,
    runCommand,
    showChat,
    reload: load,
    outsideRequests,
    serverLog: server.log,
    stop,
  };
};
