import { readFile } from "node:fs/promises";
import { arch, availableParallelism, cpus, totalmem } from "node:os";

/** What this program may use of the machine. */
export interface HardwareFacts {
  readonly platform: string;
  readonly processor: string;
  /** Physical cores, within the affinity and the control group's quota; at least 1. */
  readonly cores: number;
  /** The same for logical ones. */
  readonly logicalCores: number;
  /** Physical memory, or the limit of the control group when that is lower. */
  readonly memoryBytes: number;
}

export interface Hardware {
  /** Takes a few milliseconds. Never rejects: what cannot be read is estimated. */
  read(): Promise<HardwareFacts>;
}

/** Numbers of a list as Linux writes it: "0-2,5" is 0, 1, 2, 5. */
export const numbersOf = (list: string): number[] =>
  list
    .trim()
    .split(",")
    .filter((part) => part !== "")
    .flatMap((part) => {
      const [first = 0, last = first] = part.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });

/** Threads of one core name the same siblings, so the different lists are the cores. */
const coresOnLinux = async (): Promise<number> => {
  const status = await readFile("/proc/self/status", "utf8");
  const allowed = numbersOf(/^Cpus_allowed_list:(.*)$/m.exec(status)?.[1] ?? "");
  const siblings = await Promise.all(
    allowed.map((cpu) => readFile(`/sys/devices/system/cpu/cpu${cpu}/topology/thread_siblings_list`, "utf8")),
  );
  return new Set(siblings.map((list) => list.trim())).size;
};

/** Where nobody tells without starting a program: processors of this kind mostly run two threads on a core. */
const guessedCores = (logicalCores: number): number => (arch() === "x64" ? Math.ceil(logicalCores / 2) : logicalCores);

export const nodeHardware: Hardware = {
  async read() {
    // Knows the affinity and the quota.
    const logicalCores = availableParallelism();
    const cores =
      process.platform === "linux" ? await coresOnLinux().catch(() => logicalCores) : guessedCores(logicalCores);
    // 0, or more than there is: no limit.
    const limit = process.constrainedMemory();
    const model = cpus()[0]?.model.trim() ?? "";
    return {
      platform: process.platform,
      processor: model === "" || model === "unknown" ? arch() : model,
      cores: Math.max(1, Math.min(cores, logicalCores)),
      logicalCores,
      memoryBytes: limit > 0 ? Math.min(limit, totalmem()) : totalmem(),
    };
  },
};
