// Types of bootstrap.mjs, which is plain JavaScript because it runs before TypeScript can.
import type { ChildProcess } from "node:child_process";

interface QuietRun {
  readonly title: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
}

export declare const root: string;
export declare const nodePath: string;
export declare const fail: (message: string) => never;
export declare const prepare: (scriptUrl: string) => Promise<void>;
export declare const exitStatus: (child: ChildProcess) => Promise<number>;
export declare const ensureInstalled: () => Promise<void>;
export declare const ensureBuilt: () => Promise<void>;
export declare const cleanEnvironment: () => NodeJS.ProcessEnv;
export declare const runQuietly: (run: QuietRun) => Promise<{ readonly code: number; readonly output: string }>;
export declare const withLock: <T>(name: string, work: () => Promise<T>) => Promise<T>;
