import { fstatSync } from "node:fs";
import { text } from "node:stream/consumers";
import { linesOf } from "./lines.ts";

const isPiped = (): boolean => {
  try {
    const info = fstatSync(0);
    return info.isFIFO() || info.isFile() || info.isSocket();
  } catch {
    return false; // closed
  }
};

/**
 * What was piped or redirected into the program, or null when nothing was: a terminal's input is never waited for.
 * A pipe that nobody closes is read until `signal` aborts, and then counts as nothing.
 */
export const readPipedInput = async (signal: AbortSignal): Promise<string | null> => {
  try {
    if (!isPiped()) return null;
    const stop = (): void => void process.stdin.destroy(new Error("stopped"));
    signal.addEventListener("abort", stop, { once: true });
    return await text(process.stdin).finally(() => signal.removeEventListener("abort", stop));
  } catch {
    return null; // stopped
  }
};

/**
 * The lines of what was piped or redirected into the program, one by one as they come; none when nothing was. They end
 * when `signal` aborts.
 */
export async function* pipedLines(signal: AbortSignal): AsyncGenerator<string> {
  if (!isPiped() || signal.aborted) return;
  const stop = (): void => void process.stdin.destroy();
  signal.addEventListener("abort", stop, { once: true });
  try {
    yield* linesOf(process.stdin.setEncoding("utf8"));
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
