import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { freemem, totalmem } from "node:os";
import { promisify } from "node:util";
import {
  addressSpaceLimit,
  bytesOf,
  cgroupFolders,
  cgroupLimit,
  type Limit,
  type MachineMemory,
  machineMemory,
  vmStatAvailable,
} from "./memory-texts.ts";

export type { MachineMemory } from "./memory-texts.ts";

/** Memory as it is now. `heldBytes`: what the loaded models are counted with, which is nobody else's. */
export type ReadMachineMemory = (heldBytes: number) => Promise<MachineMemory>;

const textOf = (path: string): Promise<string> => readFile(path, "utf8").catch(() => "");

/** Free memory where there is no /proc. macOS calls only untouched pages free, so what it can take back is added. */
const availableElsewhere = async (): Promise<number> => {
  if (process.platform !== "darwin") return freemem();
  const { stdout } = await promisify(execFile)("/usr/bin/vm_stat", { timeout: 2_000 }).catch(() => ({ stdout: "" }));
  return Math.max(freemem(), vmStatAvailable(stdout));
};

/** Limits of the control groups that this process is in, the nested ones too. */
const readGroups = async (ownBytes: number): Promise<Limit[]> => {
  const limits: Limit[] = [];
  for (const { folder, version } of cgroupFolders(await textOf("/proc/self/cgroup"))) {
    const [limitFile, usageFile] =
      version === 2 ? ["memory.max", "memory.current"] : ["memory.limit_in_bytes", "memory.usage_in_bytes"];
    const [max, usage, stat] = await Promise.all(
      [limitFile, usageFile, "memory.stat"].map((name) => textOf(`${folder}/${name}`)),
    );
    const limit = cgroupLimit({ max, usage, stat }, ownBytes);
    if (limit) limits.push(limit);
  }
  return limits;
};

/** What this process takes that is not a file's cache: as anonymous memory, and of addresses. */
const readOwn = async (): Promise<{ anonymous: number; addresses: number }> => {
  if (process.platform !== "linux") return { anonymous: process.memoryUsage().rss, addresses: 0 };
  const status = await textOf("/proc/self/status");
  return { anonymous: bytesOf(status, "RssAnon") ?? 0, addresses: bytesOf(status, "VmSize") ?? 0 };
};

/**
 * Reads the machine's memory. Call it before anything is loaded: what this process grows by afterwards is taken for
 * models, as far as models are held. Weights mapped from a file are cache to Linux, which is available to anybody;
 * elsewhere they count as this process's own. A model host of another version counts as another program.
 */
export const createMachineMemory = async (): Promise<ReadMachineMemory> => {
  const atStart = await readOwn();
  return async (heldBytes) => {
    const own = await readOwn();
    const ownBytes = Math.min(Math.max(0, own.anonymous - atStart.anonymous), heldBytes);
    const meminfo = process.platform === "linux" ? await textOf("/proc/meminfo") : "";
    const totalBytes = bytesOf(meminfo, "MemTotal") ?? totalmem();
    const available = bytesOf(meminfo, "MemAvailable") ?? (await availableElsewhere());
    const limits: Limit[] = [{ totalBytes, othersBytes: totalBytes - available - ownBytes }];
    if (process.platform === "linux") {
      limits.push(...(await readGroups(ownBytes)));
      const addresses = addressSpaceLimit(await textOf("/proc/self/limits"));
      if (addresses !== null) limits.push({ totalBytes: addresses, othersBytes: atStart.addresses });
    }
    return machineMemory(limits);
  };
};
