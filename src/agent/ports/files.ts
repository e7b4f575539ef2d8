import { constants } from "node:fs";
import { access, chmod, lstat, mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { writeWhole } from "./write-whole.ts";

export type FileKind = "file" | "folder" | "other" | "missing" | "unreadable";

/** The few things the agent does with files so far. Paths are absolute. */
export interface Files {
  readText(path: string): Promise<string>;
  readBytes(path: string): Promise<Uint8Array>;
  /** What stands at `path`, and its size in bytes when it is a file. Follows links; never throws. */
  look(path: string): Promise<{ kind: FileKind; sizeBytes: number }>;
  /** Makes the folder and its parents, readable by this user alone. */
  makePrivateFolder(path: string): Promise<void>;
  /** Closes the folder to all other users; leaves one that is not ours to close. */
  closeFolder(path: string): Promise<void>;
  /** Whether the folder (not a link to one) is this user's and closed to all others. True where there are no owners. */
  isPrivateFolder(path: string): Promise<boolean>;
  rename(from: string, to: string): Promise<void>;
  /** Puts the text at `path` whole or not at all, readable by this user alone: what stood there stays until then. */
  writeText(path: string, text: string): Promise<void>;
  /** Names in the folder, sorted; none when there is no such folder. */
  list(folder: string): Promise<string[]>;
  /** Deletes the file; one that is not there is fine. */
  remove(path: string): Promise<void>;
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");

export const nodeFiles: Files = {
  readText: (path) => readFile(path, "utf8"),
  readBytes: (path) => readFile(path),
  async look(path) {
    try {
      const info = await stat(path);
      if (info.isDirectory()) return { kind: "folder", sizeBytes: 0 };
      if (!info.isFile()) return { kind: "other", sizeBytes: 0 };
      await access(path, constants.R_OK);
      return { kind: "file", sizeBytes: info.size };
    } catch (error) {
      return { kind: isMissing(error) ? "missing" : "unreadable", sizeBytes: 0 };
    }
  },
  async makePrivateFolder(path) {
    await mkdir(path, { recursive: true, mode: 0o700 });
  },
  async closeFolder(path) {
    await chmod(path, 0o700).catch(() => undefined);
  },
  async isPrivateFolder(path) {
    const info = await lstat(path);
    if (process.platform === "win32") return info.isDirectory();
    return info.isDirectory() && info.uid === process.getuid?.() && (info.mode & 0o077) === 0;
  },
  rename,
  writeText: writeWhole,
  async list(folder) {
    try {
      return (await readdir(folder)).sort();
    } catch (error) {
      if (isMissing(error)) return [];
      throw error;
    }
  },
  remove: (path) => rm(path, { force: true }),
};
