// The vscode ring: the suite in test/vscode inside a real extension host. Desktop VS Code where it can be had, else
// VS Code's server with a browser, through the same runTests(). Says which of the two ran.
import { chmodSync, globSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { downloadAndUnzipVSCode, runTests } from "@vscode/test-electron";
import { build } from "esbuild";
import { root } from "../../scripts/bootstrap.mjs";
import { exitOnSignals } from "../../scripts/editor/at-exit.ts";
import { type HostResult, readResults, resultsVariable, writeResults } from "../../scripts/rings/results.ts";
import { createEditorHome } from "../support/editor-home.ts";

const outDir = join(root, ".build", "vscode-tests");
const desktopDir = join(root, ".test-host", "desktop");

/** Each suite is a bundle of its own; mocha stays outside, so that all of them share one. */
const buildSuites = async () => {
  rmSync(outDir, { recursive: true, force: true });
  await build({
    entryPoints: [join(root, "test/vscode/index.ts"), ...globSync(join(root, "test/vscode/**/*.test.ts"))],
    outdir: outDir,
    outExtension: { ".js": ".cjs" },
    entryNames: "[name]",
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    external: ["vscode", "mocha"],
    sourcemap: "inline",
    logLevel: "warning",
  });
};

/** A small program that starts another one: runTests() wants a single file to execute. */
const writeLauncher = (name: string, command: readonly string[]) => {
  const file = join(outDir, name);
  writeFileSync(file, `#!/bin/sh\nexec ${command.map((word) => `'${word}'`).join(" ")} "$@"\n`);
  chmodSync(file, 0o755);
  return file;
};

type Desktop = { readonly executable: string } | { readonly notRun: string };

/** Only a machine without a display or without the network may go without desktop VS Code; other errors are failures. */
const findDesktop = async (): Promise<Desktop> => {
  const named = process.env["VSCODE_EXECUTABLE"];
  if (named !== undefined) return { executable: named };
  try {
    // Without a network this fails at once, while the download would wait for its own limit.
    await fetch("https://update.code.visualstudio.com/api/releases/stable", { signal: AbortSignal.timeout(10_000) });
    const hasDisplay = process.platform !== "linux" || process.env["DISPLAY"] || process.env["WAYLAND_DISPLAY"];
    if (!hasDisplay) return { notRun: "this machine has no display" };
    return { executable: await downloadAndUnzipVSCode({ version: "stable", cachePath: desktopDir }) };
  } catch (error) {
    const reason = networkProblem(error);
    if (reason === undefined) throw error;
    return { notRun: `VS Code cannot be downloaded: ${reason}` };
  }
};

/** The name of a network error, also inside the wrapping error of fetch; undefined for any other error. */
const networkProblem = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined;
  const words = `${error.name} ${"code" in error ? error.code : ""} ${error.message}`;
  const names =
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ENETUNREACH|EHOSTUNREACH|ETIMEDOUT|TimeoutError|UND_ERR_\w+/;
  return names.exec(words)?.[0] ?? networkProblem(error.cause);
};

const runSuite = async (executable: string, host: string): Promise<HostResult> => {
  const home = createEditorHome();
  const resultsFile = join(outDir, "results.json");
  rmSync(resultsFile, { force: true });
  let problem: unknown;
  try {
    await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: process.env["TRIVIUM_TEST_EXTENSION"] ?? root,
      extensionTestsPath: join(outDir, "index.cjs"),
      extensionTestsEnv: { ...home.env, [resultsVariable]: resultsFile },
      launchArgs: [home.workspaceDir, `--user-data-dir=${home.dataDir}`, `--extensions-dir=${home.extensionsDir}`],
    });
  } catch (error) {
    problem = error;
  } finally {
    await home.close();
  }
  const { passed, failed } = readResults(resultsFile) ?? { passed: 0, failed: 0 };
  if (problem !== undefined) console.error(String(problem));
  // A host that ends badly, or that ran nothing, has failed whatever its tests said.
  const unexplained = failed === 0 && (problem !== undefined || passed === 0);
  return { host, counts: { passed, failed: unexplained ? 1 : failed } };
};

const runHosts = async (): Promise<HostResult[]> => {
  const desktop = await findDesktop();
  if ("executable" in desktop) return [await runSuite(desktop.executable, "desktop")];
  console.log(`HOST desktop: not run (${desktop.notRun})`);
  const shim = writeLauncher("code", [process.execPath, join(root, "test", "vscode", "shim.ts")]);
  return [{ host: "desktop", notRun: desktop.notRun }, await runSuite(shim, "code-server")];
};

exitOnSignals();
mkdirSync(outDir, { recursive: true });
await buildSuites();
const hosts = await runHosts();
const counts = hosts.flatMap((host) => ("counts" in host ? [host.counts] : []));
const passed = counts.reduce((sum, host) => sum + host.passed, 0);
const failed = counts.reduce((sum, host) => sum + host.failed, 0);
const reportFile = process.env[resultsVariable];
if (reportFile !== undefined) writeResults(reportFile, { passed, failed, hosts });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
