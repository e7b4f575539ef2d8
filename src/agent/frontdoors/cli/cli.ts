import * as l10n from "@vscode/l10n";
import { Command, CommanderError } from "commander";
import type { Agent } from "../../agent.ts";
import { addBenchCommand } from "./bench.ts";
import { addChatCommand } from "./chat.ts";
import { type AddCommands, createDoes } from "./command.ts";
import { addDoctorCommand } from "./doctor.ts";
import { addKeyCommands } from "./keys.ts";
import { addModelsCommands } from "./models.ts";
import { addNetworkCommand } from "./network.ts";
import { addPolicyCommands } from "./policy.ts";
import { addProfileCommands } from "./profile.ts";
import { addResumeCommand } from "./resume.ts";
import { addRouteCommand } from "./route.ts";
import { addRunsCommands } from "./runs.ts";
import { exitCodes, type Terminal } from "./terminal.ts";

const terminal: Terminal = {
  text: (text) => void process.stdout.write(text),
  notes: (text) => void process.stderr.write(text),
  watched: process.stderr.isTTY === true,
  live: process.stdout.isTTY === true,
  onScreen: process.stdout.isTTY === true && process.env["NO_COLOR"] === undefined,
};

/** In the order of the help. */
const commands: readonly AddCommands[] = [
  addChatCommand,
  addResumeCommand,
  addRouteCommand,
  addRunsCommands,
  addModelsCommands,
  addBenchCommand,
  addDoctorCommand,
  addPolicyCommands,
  addProfileCommands,
  addKeyCommands,
  addNetworkCommand,
];

/**
 * Runs the command line and returns the exit code: 0 done, 1 failed (the reason is on stderr, or with --json on stdout) or
 * ended without an answer of its own, 2 used wrongly, 130 stopped with Ctrl+C. Standard output carries the answer, or with
 * --json one value, and nothing else.
 */
export const runCli = async (args: readonly string[], open: () => Promise<Agent>, version: string): Promise<number> => {
  let exitCode: number = exitCodes.done;
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  process.once("SIGTERM", () => stop.abort());
  // Who reads the output may leave early, as `head` does: then nobody waits for the rest.
  process.stdout.on("error", () => stop.abort());

  const program = new Command("trivium")
    .description("The local agent: chat with GGUF models on this machine, and look after them.")
    .version(version)
    .exitOverride()
    .showHelpAfterError(l10n.t("`--help` after a command says how it is used."))
    .addHelpText("afterAll", "\nExit codes: 0 done, 1 failed, 2 used wrongly, 130 stopped.");
  const does = createDoes({ open, terminal, signal: stop.signal }, (code) => {
    exitCode = code;
  });
  for (const add of commands) add(program, does);

  try {
    await program.parseAsync([...args], { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    throw error;
  }
};
