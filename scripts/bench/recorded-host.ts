// A model host that notes when its engine produced what. It is started before the agent, which then uses it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { hostEndpoint } from "../../src/protocol/model-host.ts";
import { cleanEnvironment, nodePath, root } from "../bootstrap.mjs";
import { within } from "./measure.ts";
import type { EngineRecord } from "./recorder.ts";

export interface RecordedHost {
  /** What the engine produced for each answer so far, oldest first. */
  readonly records: () => EngineRecord[];
}

/** Whoever owns `runtimeDir` ends the host with it. */
export const startRecordedHost = async (runtimeDir: string): Promise<RecordedHost> => {
  const file = join(runtimeDir, "engine-record.jsonl");
  const recorder = pathToFileURL(join(import.meta.dirname, "recorder.ts")).href;
  const program = join(root, "dist", "modelhost.mjs");
  const host = spawn(nodePath, ["--import", recorder, program, "--runtime-dir", runtimeDir, "--linger-ms", "600000"], {
    env: { ...cleanEnvironment(), TRIVIUM_BENCH_RECORD: file },
    stdio: "ignore",
  });
  const gone = once(host, "exit").then(([code]) => Promise.reject(new Error(`The model host ended with ${code}.`)));
  gone.catch(() => undefined); // it ends with the folder
  const listens = async () => {
    while (!existsSync(hostEndpoint(runtimeDir, process.platform))) await sleep(20);
  };
  await within(20_000, "the model host's start", Promise.race([listens(), gone]));
  const lines = () => (existsSync(file) ? readFileSync(file, "utf8").split("\n").filter(Boolean) : []);
  return { records: () => lines().map((line): EngineRecord => JSON.parse(line)) };
};

/** A text that grows, as somebody saw it: `length` is how much of it was there at `at`. */
export interface Seen {
  readonly at: number;
  readonly length: number;
}

/** Turns pieces of text into the growing text. */
export const growing = (pieces: readonly { readonly at: number; readonly text: string }[]): Seen[] => {
  let length = 0;
  return pieces.map(({ at, text }) => {
    length += text.length;
    return { at, length };
  });
};

/** For each step of `from`: how much later `to` had seen as much. Steps that `to` never reached are left out. */
export const delays = (from: readonly Seen[], to: readonly Seen[]): number[] => {
  let index = 0;
  return from.flatMap(({ at, length }) => {
    while (index < to.length && (to[index]?.length ?? 0) < length) index++;
    const reached = to[index];
    return reached ? [reached.at - at] : [];
  });
};
