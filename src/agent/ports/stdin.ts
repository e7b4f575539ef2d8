import { fstatSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import { linesOf } from "./lines.ts";

const isPiped = (): boolean => {
  try {
    const info = fstatSync(0);
    return info.isFIFO() || info.isFile() || info.isSocket();
  } catch {
    return false; // closed
  }
};

/** binary: it has NUL bytes or is not UTF-8. none: nothing was piped in. */
export type PipedInput = { readonly kind: "text"; readonly text: string } | { readonly kind: "binary" | "none" };

/**
 * What was piped or redirected into the program; a terminal's input is never waited for. A pipe that nobody closes is
 * read until `signal` aborts, and then counts as nothing.
 */
export const readPipedInput = async (signal: AbortSignal): Promise<PipedInput> => {
  try {
    if (!isPiped()) return { kind: "none" };
    const stop = (): void => void process.stdin.destroy(new Error("stopped"));
    signal.addEventListener("abort", stop, { once: true });
    return decoded(await buffer(process.stdin).finally(() => signal.removeEventListener("abort", stop)));
  } catch {
    return { kind: "none" }; // stopped
  }
};

const decoded = (bytes: Uint8Array): PipedInput => {
  if (bytes.includes(0)) return { kind: "binary" };
  try {
    return { kind: "text", text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return { kind: "binary" };
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
