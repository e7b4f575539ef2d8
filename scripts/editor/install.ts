// The editor that `npm start` and the tests use where no VS Code is installed: code-server's build of VS Code, from npm.
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { cleanEnvironment, nodePath, root, runQuietly, withLock } from "../bootstrap.mjs";

const version = "4.139.1";
const home = join(root, ".test-host");
const installed = join(home, `code-server-${version}`);
const vscodeOf = (folder: string) => join(folder, "node_modules", "code-server", "lib", "vscode");

/** VS Code's own server: it needs no web server around it and takes a connection token. */
const serverProgram = join(vscodeOf(installed), "out", "server-main.js");

/**
 * Installs code-server once (about 30 s and 600 MB) and gives the path of its server program.
 * Nothing is compiled and no install script runs. The final folder appears by renaming, so it is complete or absent.
 */
export const ensureCodeServer = async (): Promise<string> => {
  if (process.platform === "win32")
    throw new Error("code-server does not run on Windows. Install VS Code: code.visualstudio.com.");
  if (existsSync(serverProgram)) return serverProgram;
  await withLock("code-server", async () => {
    if (!existsSync(serverProgram)) await install();
  });
  return serverProgram;
};

const install = async () => {
  const partial = join(home, "code-server.partial");
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  writeFileSync(join(partial, "package.json"), '{ "private": true }\n');

  const vscode = vscodeOf(partial);
  await npmInstall("Fetching VS Code for the browser (1 of 3)", partial, [`code-server@${version}`]);
  await npmInstall("Fetching VS Code for the browser (2 of 3)", vscode, ["--omit=dev"]);
  await npmInstall("Fetching VS Code for the browser (3 of 3)", join(vscode, "extensions"), ["--omit=dev"]);

  rmSync(installed, { recursive: true, force: true });
  renameSync(partial, installed);
};

const npmInstall = async (title: string, folder: string, what: readonly string[]) => {
  const env = cleanEnvironment();
  // Its packages are made for Node 24, so npm must see that one.
  env["PATH"] = [dirname(nodePath), env["PATH"]].join(delimiter);
  const { code, output } = await runQuietly({
    title,
    command: "npm",
    args: ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", folder, ...what],
    env,
    cwd: folder,
  });
  if (code === 0) return;
  const lastLines = output.trimEnd().split("\n").slice(-15).join("\n");
  throw new Error(
    `code-server could not be installed. npm's last words:\n${lastLines}\nCheck the connection (npm ping), then try again.`,
  );
};
