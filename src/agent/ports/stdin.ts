import { fstatSync } from "node:fs";
import { text } from "node:stream/consumers";

/**
 * What was piped or redirected into the program, or null when nothing was: a terminal's input is never waited for.
 * A pipe that nobody closes is read until `signal` aborts, and then counts as nothing.
 */
export const readPipedInput = async (signal: AbortSignal): Promise<string | null> => {
  try {
    const info = fstatSync(0);
    if (!info.isFIFO() && !info.isFile() && !info.isSocket()) return null;
    const stop = (): void => void process.stdin.destroy(new Error("stopped"));
    signal.addEventListener("abort", stop, { once: true });
    return await text(process.stdin).finally(() => signal.removeEventListener("abort", stop));
  } catch {
    return null; // closed, or stopped
  }
};
