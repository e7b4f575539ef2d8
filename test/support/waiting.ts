// Waiting with a limit, so that a test that waits for nothing fails with words instead of hanging.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { sendSignal } from "../../scripts/editor/runtime-dir.ts";

/** The promise, or a failure that names what was waited for after `limitMs`. */
export const within = async <T>(limitMs: number, what: string, promise: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new assert.AssertionError({ message: `${what}: not in ${limitMs} ms` })), limitMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
};

/** For what announces itself by no event, such as another program's files: looks every 10 ms. */
export const eventually = async (limitMs: number, what: string, isSo: () => boolean): Promise<void> => {
  for (const started = Date.now(); !isSo(); await sleep(10)) {
    if (Date.now() - started > limitMs) assert.fail(`${what}: not in ${limitMs} ms`);
  }
};

/** False for a process that has ended, also when its parent has not noticed yet (Linux keeps its number until then). */
export const isAlive = (pid: number): boolean => {
  if (!sendSignal(pid, 0)) return false;
  try {
    return readFileSync(`/proc/${pid}/stat`, "latin1").split(") ").at(-1)?.startsWith("Z") !== true;
  } catch {
    return process.platform !== "linux" && sendSignal(pid, 0);
  }
};

export const processEnds = (pid: number, limitMs: number): Promise<void> =>
  eventually(limitMs, `process ${pid} ends`, () => !isAlive(pid));
