import { readlinkSync } from "node:fs";

/** What the symbolic link at an absolute path points to, as it is written in it; null when there is none to read. */
export const linkAt = (path: string): string | null => {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
};
