import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";

/**
 * Puts `content` at `path` whole or not at all, on the disk when it resolves, readable by this user alone. What stood
 * there stays until then. Rejects with an error of the file system.
 */
export const writeWhole = async (path: string, content: string | Uint8Array): Promise<void> => {
  // Beside it, so that the rename stays within one file system; a name of its own, so that two writers do not mix.
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
};
