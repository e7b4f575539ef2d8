import * as l10n from "@vscode/l10n";
import { Command, CommanderError } from "commander";
import type { Agent } from "../../agent.ts";
import { readPipedInput } from "../../ports/stdin.ts";
import { addBenchCommand } from "./bench.ts";
import { chat } from "./chat.ts";
import { addDoctorCommand } from "./doctor.ts";
import { addKeyCommands } from "./keys.ts";
import { addModelsCommands } from "./models.ts";
import { addNetworkCommand } from "./network.ts";
import { addProfileCommands } from "./profile.ts";
import { type AddCommands, type CommandContext, exitCodes, type Terminal } from "./terminal.ts";

const terminal: Terminal = {
  text: (text) => void process.stdout.write(text),
  notes: (text) => void process.stderr.write(text),
  watched: process.stderr.isTTY === true,
};

const commands: readonly AddCommands[] = [
  addModelsCommands,
  addBenchCommand,
  addDoctorCommand,
  addProfileCommands,
  addKeyCommands,
  addNetworkCommand,
];

/** A pipe that stays open looks like a program that hangs, so this says what it waits for. */
const readInput = async (signal: AbortSignal): Promise<string | null> => {
  const say = setTimeout(() => terminal.notes(`${l10n.t("Reading standard input until it ends …")}\n`), 2_000);
  return readPipedInput(signal).finally(() => clearTimeout(say));
};

const addChatCommand: AddCommands = (program, { run, terminal, signal }) => {
  program
    .command("chat")
    .description("Ask once. What is piped in goes along as context.")
    .argument("[prompt...]", "the question; without one, what is piped in is the question")
    .option("-m, --model <model>", "a GGUF file, or a model's id or name; without one, the one that suits best")
    .option("--json", "print every event as a line of JSON, and the whole turn last", false)
    .action(async (words: string[], options: { model?: string; json: boolean }) => {
      const input = await readInput(signal);
      const prompt = words.join(" ");
      await run((agent) => {
        const asked = prompt.trim() === "" ? { prompt: input ?? "", input: null } : { prompt, input };
        return chat(agent, { ...asked, model: options.model, json: options.json }, terminal, signal);
      });
    });
};

const sayWhy = (error: unknown): number => {
  const reason = error instanceof Error ? error.message : String(error);
  terminal.notes(`trivium: ${reason}\n${l10n.t("`trivium doctor` says what to do about it.")}\n`);
  return exitCodes.failed;
};

/**
 * Runs the command line and returns the exit code: 0 done, 1 failed (the reason is on stderr), 2 used wrongly,
 * 130 stopped with Ctrl+C. Standard output carries the answer, or with --json one value, and nothing else.
 */
export const runCli = async (args: readonly string[], open: () => Promise<Agent>, version: string): Promise<number> => {
  let exitCode: number = exitCodes.done;
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  process.once("SIGTERM", () => stop.abort());
  // Who reads the output may leave early, as `head` does: then nobody waits for the rest.
  process.stdout.on("error", () => stop.abort());

  const context: CommandContext = {
    terminal,
    signal: stop.signal,
    async run(work, cannotOpen = sayWhy) {
      if (stop.signal.aborted) {
        exitCode = exitCodes.stopped;
        return;
      }
      const opened = await open().then(
        (agent) => ({ agent }),
        (error: unknown) => ({ error }),
      );
      if ("error" in opened) {
        exitCode = cannotOpen(opened.error);
        return;
      }
      const { agent } = opened;
      try {
        exitCode = await work(agent);
      } catch (error) {
        if (!stop.signal.aborted) throw error;
        exitCode = exitCodes.stopped;
      } finally {
        await agent.close();
      }
    },
  };
  const program = new Command("trivium")
    .description("The local agent: chat with GGUF models on this machine, and look after them.")
    .version(version)
    .exitOverride()
    .showHelpAfterError(l10n.t("`--help` after a command says how it is used."))
    .addHelpText("afterAll", "\nExit codes: 0 done, 1 failed, 2 used wrongly, 130 stopped.");
  addChatCommand(program, context);
  for (const add of commands) add(program, context);

  try {
    await program.parseAsync([...args], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    throw error;
  }
};
