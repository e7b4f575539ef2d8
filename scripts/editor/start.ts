// `npm start`: one editor with Trivium in it, from the first line printed to the last process ended.

import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fail, root } from "../bootstrap.mjs";
import { atExit } from "./at-exit.ts";
import { findDesktop, openDesktop } from "./desktop.ts";
import { ensureCodeServer } from "./install.ts";
import { makePlayground } from "./playground.ts";
import { linkExtension, writeMachineSettings, writeUserSettings } from "./profile.ts";
import { closeRuntimeDir, closeRuntimeDirNow, createRuntimeDir } from "./runtime-dir.ts";
import { type EditorServer, startServer } from "./server.ts";

export interface StartOptions {
  /** Absolute; the playground when undefined. */
  readonly folder: string | undefined;
  /** Absolute; the model of the last start, at first the starter model, when undefined. */
  readonly model: string | undefined;
  readonly port: number | undefined;
  readonly editor: "any" | "browser" | "desktop";
}

/** The same port each time lets the browser find the window as it was left. */
const usualPort = 8790;

/** Opens the editor and resolves with the exit code when the user ends it. */
export const start = async (options: StartOptions): Promise<number> => {
  const desktop = options.editor === "browser" ? undefined : findDesktop();
  if (options.editor === "desktop" && desktop === undefined) {
    fail(
      'There is no command "code". In VS Code run "Shell Command: Install \'code\' command in PATH", or use --browser.',
    );
  }

  const folder = options.folder ?? makePlayground(join(root, ".test-host", "playground"));
  const runtimeDir = createRuntimeDir();
  const forget = atExit(() => closeRuntimeDirNow(runtimeDir));
  try {
    if (desktop === undefined) await runInBrowser({ ...options, folder }, runtimeDir);
    else await openDesktop(desktop, { folder, model: options.model, runtimeDir });
    return 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    return 1;
  } finally {
    await closeRuntimeDir(runtimeDir);
    forget();
  }
};

const runInBrowser = async (options: StartOptions & { readonly folder: string }, runtimeDir: string) => {
  const program = await ensureCodeServer();
  const port = await choosePort(options.port);
  // A second editor at the same time has settings of its own: its model must not become the first one's.
  const home = join(root, ".test-host", port === usualPort ? "start" : `start-${port || "other"}`);
  const dataDir = join(home, "user-data");
  const extensionsDir = join(home, "extensions");
  mkdirSync(home, { recursive: true });
  writeUserSettings(dataDir);
  // Empty means the starter model: without --model the last start's choice must not linger unseen.
  writeMachineSettings(dataDir, { "trivium.model.path": options.model ?? "" });
  linkExtension(extensionsDir);

  const asked = untilAskedToEnd();
  const server = await startServer({
    program,
    dataDir,
    extensionsDir,
    port,
    env: { TRIVIUM_RUNTIME_DIR: runtimeDir },
    flags: ["--disable-workspace-trust"],
  });
  try {
    announce(server, options);
    const message = await Promise.race([asked, server.ended]);
    console.log(`\n${message}`);
  } finally {
    await server.stop();
  }
};

const announce = (server: EditorServer, { folder, model }: StartOptions & { readonly folder: string }) => {
  const url = server.urlOf(folder);
  console.log(
    [
      "",
      "Trivium is ready. Open this address in a browser on this machine:",
      "",
      `  ${url}`,
      "",
      `  folder  ${folder}`,
      `  model   ${model ?? "the starter model that comes with Trivium"}`,
      "",
      "The chat is in the side bar on the right. Ctrl+C ends it.",
    ].join("\n"),
  );
  openBrowser(url);
};

/** Only with a display; the printed address always works too. */
const openBrowser = (url: string) => {
  const hasDisplay = process.platform === "darwin" || process.env["DISPLAY"] || process.env["WAYLAND_DISPLAY"];
  if (!hasDisplay) return;
  const opener = spawn(process.platform === "darwin" ? "open" : "xdg-open", [url], { stdio: "ignore", detached: true });
  opener.on("error", () => {});
  opener.unref();
};

/** The first Ctrl+C ends everything in order, a second one at once. */
const untilAskedToEnd = () =>
  new Promise<string>((resolve) => {
    let asked = false;
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => {
        if (asked) process.exit(130);
        asked = true;
        resolve("Ending …");
      });
    }
  });

const choosePort = async (wanted: number | undefined) => {
  if (wanted === undefined) return (await isFree(usualPort)) ? usualPort : 0;
  if (!(await isFree(wanted))) fail(`Port ${wanted} is in use. Leave --port out, or name another.`);
  return wanted;
};

const isFree = (port: number) =>
  new Promise<boolean>((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
