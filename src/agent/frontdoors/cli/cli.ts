import { resolve } from "node:path";
import * as l10n from "@vscode/l10n";
import { Command, CommanderError } from "commander";
import type { Agent } from "../../agent.ts";
import { readPipedInput } from "../../ports/stdin.ts";
import { chat, exitCodes, type Terminal } from "./chat.ts";

const terminal: Terminal = {
  text: (text) => void process.stdout.write(text),
  notes: (text) => void process.stderr.write(text),
  watched: process.stderr.isTTY === true,
};

/** A pipe that stays open looks like a program that hangs, so this says what it waits for. */
const readInput = async (signal: AbortSignal): Promise<string | null> => {
  const say = setTimeout(() => terminal.notes(`${l10n.t("Reading standard input until it ends …")}\n`), 2_000);
  return readPipedInput(signal).finally(() => clearTimeout(say));
};

/**
 * Runs the command line and returns the exit code: 0 answered, 1 failed (the reason is on stderr), 2 used wrongly,
 * 130 stopped with Ctrl+C. Standard output carries the answer, or with --json one event a line, and nothing else.
 */
export const runCli = async (args: readonly string[], open: () => Promise<Agent>, version: string): Promise<number> => {
  let exitCode: number = exitCodes.answered;
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  process.once("SIGTERM", () => stop.abort());
  // Who reads the output may leave early, as `head` does: then nobody waits for the rest.
  process.stdout.on("error", () => stop.abort());

  const program = new Command("trivium")
    .description("The local agent: chat with GGUF models on this machine.")
    .version(version)
    .exitOverride();
  program
    .command("chat")
    .description("Ask once. What is piped in goes along as context.")
    .argument("[prompt...]", "the question; without one, what is piped in is the question")
    .option("-m, --model <file>", "a GGUF model file; without one, the bundled starter model")
    .option("--json", "print every event as a line of JSON, and the whole turn last", false)
    .addHelpText("after", "\nExit codes: 0 answered, 1 failed, 2 used wrongly, 130 stopped.")
    .action(async (words: string[], options: { model?: string; json: boolean }) => {
      const input = await readInput(stop.signal);
      if (stop.signal.aborted) {
        exitCode = exitCodes.stopped;
        return;
      }
      const prompt = words.join(" ");
      const agent = await open();
      try {
        const asked = prompt.trim() === "" ? { prompt: input ?? "", input: null } : { prompt, input };
        const model = options.model === undefined ? undefined : resolve(options.model);
        exitCode = await chat(agent, { ...asked, model, json: options.json }, terminal, stop.signal);
      } finally {
        await agent.close();
      }
    });

  try {
    await program.parseAsync([...args], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.answered : exitCodes.usage;
    throw error;
  }
};
