// Opens the user's own VS Code with this project as an extension under development.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { cleanEnvironment, exitStatus, root } from "../bootstrap.mjs";
import { writeUserSettings } from "./profile.ts";
import { endProcess } from "./runtime-dir.ts";

interface DesktopOptions {
  readonly folder: string;
  readonly model: string | undefined;
  readonly runtimeDir: string;
}

/** The path of the command `code`, or undefined where it could open no window. */
export const findDesktop = (): string | undefined => {
  if (process.platform === "linux" && !process.env["DISPLAY"] && !process.env["WAYLAND_DISPLAY"]) return undefined;
  const name = process.platform === "win32" ? "code.cmd" : "code";
  const folders = (cleanEnvironment()["PATH"] ?? "").split(delimiter);
  // In the terminal of a remote window `code` talks to that window and cannot load an extension from here.
  const local = folders.filter((folder) => !folder.includes("remote-cli"));
  return local.map((folder) => join(folder, name)).find((file) => existsSync(file));
};

/**
 * Opens a window and resolves when it is closed. It has a profile of its own under .test-host/start, so that the
 * user's settings and extensions stay as they are, and closing the window ends all of it.
 */
export const openDesktop = async (code: string, { folder, model, runtimeDir }: DesktopOptions): Promise<void> => {
  const home = join(root, ".test-host", "start");
  const dataDir = join(home, "desktop-data");
  writeUserSettings(dataDir, { "trivium.model.path": model ?? "" });
  console.log(`\nTrivium opens in VS Code, with the folder ${folder}.\nClose the window, or press Ctrl+C, to end it.`);

  const args = [
    ...["--wait", "--new-window", "--user-data-dir", dataDir, "--extensions-dir", join(home, "desktop-extensions")],
    ...[`--extensionDevelopmentPath=${root}`, "--disable-workspace-trust", folder],
  ];
  const onWindows = process.platform === "win32";
  const window = spawn(onWindows ? `"${code}"` : code, onWindows ? args.map((arg) => `"${arg}"`) : args, {
    stdio: "inherit",
    env: { ...cleanEnvironment(), TRIVIUM_RUNTIME_DIR: runtimeDir },
    shell: onWindows,
  });
  let asked = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(signal, () => {
      asked = true;
      window.kill();
    });
  }
  const status = await exitStatus(window);
  if (asked) await endWindow(dataDir);
  else if (status !== 0) throw new Error(`VS Code ended with status ${status}.`);
};

/** `code` is only a messenger; the editor itself notes its pid in its data folder. */
const endWindow = async (dataDir: string) => {
  const lock = join(dataDir, "code.lock");
  const pid = existsSync(lock) ? Number(readFileSync(lock, "utf8")) : 0;
  if (pid > 1) await endProcess(pid, 5000);
};
