// The real workbench with Trivium, and the probe as a second extension beside it.
import { once } from "node:events";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { createConnection } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import { openWorkbench, type Workbench } from "../../test/support/workbench.ts";
import { linkExtension } from "../editor/profile.ts";
import { closeRuntimeDir, createRuntimeDir } from "../editor/runtime-dir.ts";
import { within } from "./measure.ts";
import type { ProbeReading } from "./probe.ts";

export interface ProbedWorkbench {
  readonly workbench: Workbench;
  readonly resetProbe: () => Promise<void>;
  readonly readProbe: () => Promise<ProbeReading>;
  readonly stop: () => Promise<void>;
}

const probeManifest = {
  publisher: "bench",
  name: "probe",
  version: "0.0.1",
  engines: { vscode: "^1.106.0" },
  main: "./probe.cjs",
  activationEvents: ["*"],
  extensionKind: ["workspace"],
};

const buildProbe = async (folder: string) => {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify(probeManifest));
  await build({
    entryPoints: [join(import.meta.dirname, "probe.ts")],
    outfile: join(folder, "probe.cjs"),
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    logLevel: "warning",
  });
};

/** One line to the newest probe, one line back. */
const ask = async (folder: string, question: string): Promise<string> => {
  const newest = readdirSync(folder)
    .filter((name) => name.endsWith(".sock"))
    .sort()
    .at(-1);
  if (newest === undefined) throw new Error("The probe does not run in the extension host.");
  const socket = createConnection(join(folder, newest));
  try {
    const answer = once(createInterface(socket), "line");
    socket.write(`${question}\n`);
    const [line] = await within(10_000, "the probe in the extension host", answer);
    return String(line);
  } finally {
    socket.destroy();
  }
};

/** The probe runs from the first reload of the window on. */
export const openProbedWorkbench = async (): Promise<ProbedWorkbench> => {
  const probeDir = createRuntimeDir();
  await buildProbe(join(probeDir, "probe"));
  const workbench = await openWorkbench({ env: { TRIVIUM_BENCH_PROBE: probeDir } });
  linkExtension(workbench.extensionsDir, join(probeDir, "probe"));
  return {
    workbench,
    resetProbe: async () => void (await ask(probeDir, "reset")),
    readProbe: async () => JSON.parse(await ask(probeDir, "read")),
    async stop() {
      await workbench.stop();
      await closeRuntimeDir(probeDir);
    },
  };
};
