// How much memory another process has.
import { existsSync, readFileSync } from "node:fs";

export const onlyLinux = "only Linux says how much memory another process has";

/** In MB, by the kernel's names: Rss is all of it, Pss counts shared pages by their users. undefined: nobody says. */
export const memoryOf = (pid: number): { readonly rss: number; readonly pss: number } | undefined => {
  const file = `/proc/${pid}/smaps_rollup`;
  if (!existsSync(file)) return undefined;
  const text = readFileSync(file, "utf8");
  const megabytes = (key: string) => (Number(new RegExp(`^${key}:\\s+(\\d+) kB`, "m").exec(text)?.[1]) * 1024) / 1e6;
  return { rss: megabytes("Rss"), pss: megabytes("Pss") };
};
