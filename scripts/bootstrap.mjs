// Makes a fresh clone ready to run: packages installed, Node 24 in charge, programs built.
// Uses only what Node 20 brings, because it runs before anything is installed.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The Node 24 that the project pins as a package. */
export const nodePath = join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");

const lockFile = join(root, "package-lock.json");
const stampFile = join(root, "node_modules", ".trivium-lock");
const programs = ["extension.cjs", "agent-client.cjs", "agent.mjs", "modelhost.mjs", "webview.js", "models.js"].map(
  (name) => join(root, "dist", name),
);

const say = (text) => process.stderr.write(`${text}\n`);

/** Ends the program with a message for people, not a stack. */
export const fail = (message) => {
  say(`\n${message}`);
  process.exit(1);
};

const major = () => Number(process.versions.node.split(".")[0]);

/**
 * Installs what is missing, continues under the pinned Node, and builds what is out of date.
 * Under an older Node it runs the script again with the pinned one and never returns.
 */
export const prepare = async (scriptUrl) => {
  await ensureInstalled();
  if (major() < 24) await continueUnderPinnedNode(fileURLToPath(scriptUrl));
  await ensureBuilt();
};

const continueUnderPinnedNode = async (script) => {
  const child = spawn(nodePath, [script, ...process.argv.slice(2)], { stdio: "inherit" });
  // A terminal sends Ctrl+C to both; this process only waits for the other to finish its work.
  process.on("SIGINT", () => {});
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  process.exit(await exitStatus(child));
};

/** The exit code of a child; 128 + n when signal n ended it, 127 when it could not start. */
export const exitStatus = (child) =>
  new Promise((resolve) => {
    child.once("error", () => resolve(127));
    child.once("exit", (code, signal) =>
      resolve(code ?? 128 + ({ SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 }[signal] ?? 0)),
    );
  });

export const ensureInstalled = async () => {
  if (major() < 20) fail(`Trivium needs Node.js 20 or newer; this is ${process.versions.node}. Get it at nodejs.org.`);
  if (isInstalled()) return;
  await withLock("install", async () => {
    if (isInstalled()) return;
    const { code, output } = await runQuietly({
      title: "Installing dependencies (about 1 minute)",
      command: "npm",
      // Not `npm ci`: it refuses a lock file that lacks packages for other systems, which not every registry has.
      // --no-save leaves the lock file as it is and its versions in force.
      args: ["install", "--no-save", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", root],
    });
    if (code !== 0 || !existsSync(nodePath)) fail(installFailure(output));
    writeFileSync(stampFile, installId());
  });
};

const installId = () =>
  `${createHash("sha256").update(readFileSync(lockFile)).digest("hex")} ${process.platform}-${process.arch}`;

const isInstalled = () => {
  if (!existsSync(nodePath)) return false;
  if (existsSync(stampFile)) return readFileSync(stampFile, "utf8") === installId();
  // `npm install` by hand leaves no stamp of ours, but npm writes this file last.
  const npmRecord = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(npmRecord) || statSync(npmRecord).mtimeMs < statSync(lockFile).mtimeMs) return false;
  writeFileSync(stampFile, installId());
  return true;
};

const installFailure = (output) =>
  [
    "npm could not install the dependencies. Its last words:",
    ...output
      .trimEnd()
      .split("\n")
      .slice(-15)
      .map((line) => `  ${line}`),
    "What to try: check the connection to the npm registry (npm ping) and the free disk space (2 GB are needed),",
    "then run the same command again.",
  ].join("\n");

export const ensureBuilt = async () => {
  if (isBuilt()) return;
  await withLock("build", async () => {
    if (isBuilt()) return;
    const { code, output } = await runQuietly({
      title: "Building",
      command: nodePath,
      args: [join(root, "esbuild.mjs")],
    });
    if (code !== 0) fail(`The build failed:\n${output}`);
  });
};

const isBuilt = () => {
  if (!programs.every((file) => existsSync(file))) return false;
  const oldestOutput = Math.min(...programs.map((file) => statSync(file).mtimeMs));
  const inputs = [join(root, "esbuild.mjs"), lockFile, ...filesBelow(join(root, "src"))];
  return inputs.every((file) => statSync(file).mtimeMs <= oldestOutput);
};

/** Files and folders: a folder's own time changes when a file in it is removed. */
const filesBelow = (folder) => [
  folder,
  ...readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name))),
];

/** The environment for a program of its own: nothing of the npm run around it. */
export const cleanEnvironment = () => {
  const env = {};
  for (const [name, value] of Object.entries(process.env)) {
    const ofThisRun =
      /^(npm_(config_(local_prefix|prefix|noproxy|npm_version|node_gyp|global_prefix)|package_.*|lifecycle_.*|command|execpath|node_execpath)|INIT_CWD)$/i;
    if (!ofThisRun.test(name)) env[name] = value;
  }
  const path = (process.env.PATH ?? "").split(delimiter);
  env.PATH = path.filter((entry) => !/node_modules[\\/]\.bin|node-gyp-bin/.test(entry)).join(delimiter);
  return env;
};

/**
 * Runs a command with one line of progress (title, seconds) and keeps its output for the case that it fails.
 * npm runs with the system's Node, because it may replace the pinned one while it works.
 */
export const runQuietly = async ({ title, command, args, env = cleanEnvironment(), cwd = root }) => {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const terminal = process.stderr.isTTY;
  if (!terminal) say(`${title} …`);
  const show = () => process.stderr.write(`\r${title} … ${seconds()} s `);
  const ticker = terminal ? setInterval(show, 1000) : undefined;
  if (terminal) show();
  let output = "";
  const keep = (data) => {
    output = (output + data).slice(-20_000);
  };
  // On Windows npm is a .cmd file, which only a shell starts.
  const child = spawn(command, args, {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32" && command === "npm",
  });
  child.once("error", (error) => keep(`${command}: ${error.message}`));
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const code = await exitStatus(child);
  clearInterval(ticker);
  const result = code === 0 ? "done" : "failed";
  say(terminal ? `\r${title} … ${result} (${seconds()} s)` : `${title}: ${result} (${seconds()} s)`);
  return { code, output };
};

/**
 * Runs `work` while no other process of this clone runs work of the same name. A lock whose owner is gone is taken over.
 */
export const withLock = async (name, work) => {
  const lock = join(root, ".build", `${name}.lock`);
  const owner = join(lock, "pid");
  mkdirSync(dirname(lock), { recursive: true });
  for (let waited = 0; !tryMakeFolder(lock); waited += 1) {
    if (waited === 2) say(`Waiting for another run to finish its ${name} …`);
    if (isAbandoned(lock, owner)) takeAway(lock);
    else await sleep(500);
  }
  try {
    writeFileSync(owner, String(process.pid));
    return await work();
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
};

const tryMakeFolder = (folder) => {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
};

const isAbandoned = (lock, owner) => {
  try {
    const pid = existsSync(owner) ? Number(readFileSync(owner, "utf8")) : 0;
    // Without a pid the owner is between two steps, unless it ended there.
    if (pid === 0) return Date.now() - statSync(lock).mtimeMs > 5000;
    return !isRunning(pid);
  } catch {
    return false; // the owner removed it meanwhile
  }
};

const isRunning = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
};

/** Renaming is atomic: of two waiting processes only one gets the abandoned lock. */
const takeAway = (lock) => {
  const aside = `${lock}.${process.pid}`;
  try {
    renameSync(lock, aside);
    // Between the look and the renaming another process may have taken it over: then it goes back.
    if (isAbandoned(aside, join(aside, "pid"))) rmSync(aside, { recursive: true, force: true });
    else renameSync(aside, lock);
  } catch {
    // Another process was faster.
  }
};
