import { reserveOf } from "../../protocol/memory.ts";

/** Memory that models may be planned into: a machine's, a control group's, a process's. */
export interface Limit {
  readonly totalBytes: number;
  /** In use by everything but models. */
  readonly othersBytes: number;
}

export interface MachineMemory extends Limit {
  /** Left to the system and to other programs that grow, whatever happens. */
  readonly reserveBytes: number;
}

/** Several limits as one: the lowest total, and so much in use that what is left is what the tightest leaves. */
export const machineMemory = (limits: readonly Limit[]): MachineMemory => {
  const totalBytes = Math.min(...limits.map((limit) => limit.totalBytes));
  const left = Math.min(...limits.map((limit) => limit.totalBytes - Math.max(0, limit.othersBytes)));
  const othersBytes = Math.min(totalBytes, Math.max(0, totalBytes - left));
  return { totalBytes, othersBytes, reserveBytes: reserveOf(totalBytes) };
};

/** The value of a line such as `MemTotal:  24684096 kB` in bytes; undefined without such a line. */
export const bytesOf = (text: string, name: string): number | undefined => {
  const value = new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(text)?.[1];
  return value === undefined ? undefined : Number(value) * 1024;
};

/** The value of a line such as `inactive_file 390176768`; 0 without such a line. */
const statOf = (text: string, name: string): number => Number(new RegExp(`^${name} (\\d+)$`, "m").exec(text)?.[1] ?? 0);

/**
 * The folders of the control groups that limit a process's memory, from its /proc/self/cgroup: its own, those around
 * it, and the root, under which a container sees its own group. Version 1 counts what is around in its memory.stat.
 */
export const cgroupFolders = (text: string): { folder: string; version: 1 | 2 }[] => {
  const folders: { folder: string; version: 1 | 2 }[] = [];
  for (const line of text.split("\n")) {
    const [, hierarchy, controllers = "", path = ""] = /^(\d+):([^:]*):(\/.*)$/.exec(line) ?? [];
    const version = hierarchy === "0" && controllers === "" ? 2 : 1;
    if (hierarchy === undefined || (version === 1 && !controllers.split(",").includes("memory"))) continue;
    const mount = version === 2 ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory";
    const names = path.split("/").filter((name) => name !== "" && name !== "..");
    for (let depth = names.length; depth >= 0; depth--) {
      folders.push({ folder: [mount, ...names.slice(0, depth)].join("/"), version });
    }
  }
  return folders;
};

/** The three files of a control group's memory, of version 1 or 2; empty texts for those that are not there. */
export interface CgroupTexts {
  readonly max?: string | undefined;
  readonly usage?: string | undefined;
  readonly stat?: string | undefined;
}

/** Version 1 writes "no limit" as the largest multiple of a page. */
const noLimit = 2 ** 60;

/**
 * What a group allows and what others use of it; null without a limit. The cache of files is not in use: the system
 * takes it back before it refuses memory. `ownBytes`: what models of this process take beyond that cache.
 */
export const cgroupLimit = ({ max = "", usage = "", stat = "" }: CgroupTexts, ownBytes: number): Limit | null => {
  const numbers = [max.trim(), /^hierarchical_memory_limit (\d+)$/m.exec(stat)?.[1]].filter((text) => text).map(Number);
  const totalBytes = Math.min(...numbers.filter((n) => n > 0));
  if (!(totalBytes < noLimit)) return null;
  // Version 1 says of a group with groups inside it what all of them take in lines that begin with `total_`.
  const prefix = /^total_active_file /m.test(stat) ? "total_" : "";
  const cache = statOf(stat, `${prefix}inactive_file`) + statOf(stat, `${prefix}active_file`);
  return { totalBytes, othersBytes: Math.max(0, Number(usage.trim()) - cache - ownBytes) };
};

/** The soft limit of the address space from /proc/self/limits, in bytes; null when it is unlimited. */
export const addressSpaceLimit = (text: string): number | null => {
  const value = /^Max address space\s+(\d+)/m.exec(text)?.[1];
  return value === undefined ? null : Number(value);
};

/** Memory that macOS can hand out, from its `vm_stat`: free pages and those it takes back without writing; else 0. */
export const vmStatAvailable = (text: string): number => {
  const page = Number(/page size of (\d+) bytes/.exec(text)?.[1] ?? 0);
  const pages = ["free", "speculative", "inactive", "purgeable"].map((kind) =>
    Number(new RegExp(`^Pages ${kind}:\\s+(\\d+)\\.$`, "m").exec(text)?.[1] ?? 0),
  );
  return page * pages.reduce((sum, n) => sum + n, 0);
};
