// The model host's memory: without a model, and how much of a model's it gives back.
import { statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { LlamaEngine } from "../../src/agent/inference/llama/llama-engine.ts";
import type { TestHome } from "../../test/support/test-home.ts";
import { firstToken, never, openModel, unload } from "./bench-engine.ts";
import { atLeast, atMost, type Measure, now } from "./measure.ts";
import { memoryOf, onlyLinux } from "./process-memory.ts";

const loads = 4;
const limitMs = 1000;

/** Starts the host by asking it for a header, as looking for models does. */
export const measureIdleHost = async (engine: LlamaEngine, home: TestHome, path: string): Promise<Measure[]> => {
  await engine.describe(path, never);
  await sleep(1000);
  const idle = residentMb(home);
  await engine.memory(never);
  await sleep(1000);
  const asked = residentMb(home);
  const note = idle.length === 0 ? { note: onlyLinux } : {};
  return [
    { name: "idle model host without a model, RSS", unit: "MB", values: idle, target: atMost(150), ...note },
    { name: "the same with llama.cpp open, RSS", unit: "MB", values: asked, target: atMost(150), ...note },
  ];
};

const residentMb = (home: TestHome): number[] => {
  const used = memoryOf(home.hostPid() ?? 0);
  return used ? [used.rss] : [];
};

/** Loads, uses and unloads the model; the host lives on. */
export const measureUnload = async (engine: LlamaEngine, home: TestHome, path: string): Promise<Measure[]> => {
  const weightsMb = statSync(path).size / 1e6;
  const shares: number[] = [];
  const tookMs: number[] = [];
  const left: number[] = [];
  for (let load = 0; load < loads; load++) {
    const open = await openModel(engine, path);
    await firstToken(open, [{ role: "user", content: "Hello" }]);
    open.release();
    const [loadedMb] = residentMb(home);
    if (loadedMb === undefined) break;
    const startedAt = now();
    const isBack = () => (residentMb(home)[0] ?? 0) <= loadedMb - 0.95 * weightsMb;
    await unload(engine);
    while (!isBack() && now() - startedAt < 5 * limitMs) await sleep(5);
    tookMs.push(now() - startedAt);
    await sleep(Math.max(0, limitMs - (now() - startedAt)));
    const after = residentMb(home)[0] ?? Number.NaN;
    shares.push(((loadedMb - after) / weightsMb) * 100);
    left.push(after);
  }
  const note = shares.length === 0 ? { note: onlyLinux } : {};
  const given = "unloading 404 MB, given back";
  return [
    { name: `${given} after 1 s, of the weights`, unit: "%", values: shares, target: atLeast(95), ...note },
    { name: `${given} 95 % after`, unit: "ms", values: tookMs, target: atMost(limitMs), ...note },
    { name: "model host after unloading, RSS", unit: "MB", values: left, ...note },
  ];
};
