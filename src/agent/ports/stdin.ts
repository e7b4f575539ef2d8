import { fstatSync } from "node:fs";
import { text } from "node:stream/consumers";

/** What was piped or redirected into the program, or null when nothing was: then its input is never waited for. */
export const readPipedInput = async (): Promise<string | null> => {
  try {
    const info = fstatSync(0);
    if (!info.isFIFO() && !info.isFile() && !info.isSocket()) return null;
    return await text(process.stdin);
  } catch {
    return null; // closed
  }
};
