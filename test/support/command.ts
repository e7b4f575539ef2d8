// The command line as a process: what it writes, and how it ends.
import { type ChildProcess, spawn } from "node:child_process";
import { agentProgram, type TestHome } from "./test-home.ts";
import { within } from "./waiting.ts";

export interface Output {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Command {
  readonly child: ChildProcess;
  /** Resolves when standard output has reached this many characters. */
  readonly written: (length: number) => Promise<void>;
  readonly ended: Promise<Output>;
}

/** Long enough for a measurement, which takes a minute at most. */
const limitMs = 60_000;

/** Starts `trivium` with these arguments; `input` is piped in. It ends with the home at the latest. */
export const startCommand = (
  home: Pick<TestHome, "env" | "onClose">,
  args: readonly string[],
  input?: string | Buffer,
): Command => {
  const child = spawn(process.execPath, [agentProgram, ...args], {
    env: home.env,
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
  home.onClose(() => void child.kill("SIGKILL"));
  child.stdin?.end(input);
  let stdout = "";
  let stderr = "";
  const grown = new Set<() => void>();
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    for (const look of grown) look();
  });
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Output>((resolve) => {
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
  const written = async (length: number): Promise<void> => {
    const reached = Promise.withResolvers<void>();
    const look = (): void => {
      if (stdout.length >= length) reached.resolve();
    };
    grown.add(look);
    look();
    await within(20_000, `${length} characters`, reached.promise);
  };
  return { child, written, ended: within(limitMs, `trivium ${args.join(" ")}`, ended) };
};

export const runCommand = (
  home: Pick<TestHome, "env" | "onClose">,
  args: readonly string[],
  input?: string | Buffer,
): Promise<Output> => startCommand(home, args, input).ended;
