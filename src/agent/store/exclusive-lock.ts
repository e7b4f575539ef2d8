import { DatabaseSync } from "node:sqlite";

export interface ExclusiveLock {
  release(): void;
}

/**
 * Takes the lock that the file at `path` stands for, among all processes; null when another holder has it. The operating
 * system frees it however its process ends, which a file with a process id in it cannot promise. Node has no file locks
 * of its own, but SQLite has. The file stays empty. Throws when the file cannot be made.
 */
export const takeExclusiveLock = (path: string): ExclusiveLock | null => {
  const file = new DatabaseSync(path, { timeout: 0 });
  try {
    file.exec("BEGIN EXCLUSIVE");
    return { release: () => file.close() };
  } catch (error) {
    file.close();
    const busy = error instanceof Error && "errcode" in error && error.errcode === 5;
    if (busy) return null;
    throw error;
  }
};
