import { lstat, mkdir } from "node:fs/promises";

/**
 * Makes the folder of the host's socket and token, readable by this user alone.
 * Throws when it exists but is a link, somebody else's, or open to others: what lies in it could be theirs too.
 */
export const ensureRuntimeDir = async (path: string): Promise<void> => {
  await mkdir(path, { recursive: true, mode: 0o700 });
  if (process.platform === "win32") return;
  const info = await lstat(path);
  if (!info.isDirectory()) throw new Error(`${path} is not a folder`);
  if (info.uid !== process.getuid?.()) throw new Error(`${path} belongs to another user`);
  if ((info.mode & 0o077) !== 0) throw new Error(`${path} is open to other users`);
};
