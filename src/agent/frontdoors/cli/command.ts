import * as l10n from "@vscode/l10n";
import type { Command } from "commander";
import type { Agent } from "../../agent.ts";
import { failure, type Result } from "../../failures.ts";
import { exitCodes, type Terminal } from "./terminal.ts";

/** What a command has to say at its end: `text` to people, `value` to programs. `said` makes it. */
export interface Said {
  readonly text: string;
  readonly value: unknown;
  readonly exitCode: number;
}

/** A wrong usage that only the work could find out. It goes to stderr, with --json too, and the exit code is 2. */
interface WrongUse {
  readonly ok: false;
  readonly wrongUse: string;
}

export type Outcome = Result<Said> | WrongUse;

/** Writing while a command works. What it says at its end is no part of this: that is its outcome. */
export interface Output extends Terminal {
  /** Part of the value, as a line of JSON; without --json nothing. Only where `Way.lines` says so. */
  readonly item: (value: unknown) => void;
}

/** What the work gets. The agent was opened for it and is closed after it; `signal` aborts with Ctrl+C. */
export interface Running {
  readonly agent: Agent;
  readonly out: Output;
  readonly signal: AbortSignal;
}

/** `given` is what commander read: the arguments in their order, then the options as one object. */
export type Work<Given extends unknown[]> = (running: Running, ...given: Given) => Promise<Outcome>;

interface Way {
  /** For a command whose --json is a line for every `item`, and its value last: what the help says of it. */
  readonly lines?: string;
  /** What to say when no agent can be opened; otherwise it is a failure. */
  readonly cannotOpen?: (error: unknown) => Outcome;
}

type Does = <Given extends unknown[]>(command: Command, work: Work<Given>, way?: Way) => void;

/**
 * Adds commands to the program. One with its `--json`, its failures and its exit code is no more than this, listed in
 * `cli.ts`:
 *
 *     export const addSizeCommand: AddCommands = (program, does) => {
 *       const size = program.command("size").description("Say how large a model is.").argument("<model>", "its id");
 *       does(size, async ({ agent }, id: string) => {
 *         const found = agent.models.find(id);
 *         return found.ok ? said(`${bytes(found.model.sizeBytes)}\n`, found.model.sizeBytes) : found;
 *       });
 *     };
 */
export type AddCommands = (program: Command, does: Does) => void;

/** What is said of piped input that no model could read. */
export const notText = (): string =>
  l10n.t("What is piped in is not text: it is not UTF-8, or has NUL bytes. Convert it, or pipe in something else.");

export const said = (text: string, value: unknown, exitCode: number = exitCodes.done): Result<Said> => ({
  ok: true,
  text,
  value,
  exitCode,
});

interface Surroundings {
  readonly open: () => Promise<Agent>;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}

/**
 * The one place where commands run: gives each its `--json`, opens an agent for the work, and prints the outcome.
 * People get its text on stdout or the failure's words on stderr; with --json stdout is the value or `{ failure }`, as
 * one JSON value. What was stopped before it had an outcome says nothing. `ended` gets the exit code.
 */
export const createDoes =
  ({ open, terminal, signal }: Surroundings, ended: (exitCode: number) => void): Does =>
  <Given extends unknown[]>(command: Command, work: Work<Given>, { lines, cannotOpen = notOpened }: Way = {}) => {
    const printValue = (value: unknown): void =>
      terminal.text(`${JSON.stringify(value, null, lines === undefined ? 2 : 0)}\n`);

    const print = (outcome: Outcome, json: boolean): number => {
      if ("wrongUse" in outcome) {
        terminal.notes(`trivium: ${outcome.wrongUse}\n`);
        return exitCodes.usage;
      }
      if (!outcome.ok) {
        if (json) printValue({ failure: outcome.failure });
        else terminal.notes(`trivium: ${outcome.failure.message}\n`);
        return exitCodes.failed;
      }
      if (json) printValue(outcome.value);
      else terminal.text(outcome.text);
      return outcome.exitCode;
    };

    const outputOf = (json: boolean): Output => {
      const inLines = json && lines !== undefined;
      return {
        text: json ? () => undefined : terminal.text,
        item: inLines ? printValue : () => undefined,
        notes: terminal.notes,
        // Lines of JSON are progress enough, and a line that is written over would stand between them.
        watched: terminal.watched && !inLines,
        live: terminal.live && !json,
        onScreen: terminal.onScreen && !json,
      };
    };

    /** Null: it was stopped. */
    const outcomeOf = async (out: Output, given: Given): Promise<Outcome | null> => {
      const opened = await open().then(
        (agent) => ({ agent }),
        (error: unknown) => ({ error }),
      );
      if ("error" in opened) return cannotOpen(opened.error);
      const { agent } = opened;
      try {
        return await work({ agent, out, signal }, ...given);
      } catch (error) {
        return signal.aborted ? null : { ok: false, failure: failure("internal", { reason: reasonOf(error) }) };
      } finally {
        await agent.close();
      }
    };

    command.option("--json", lines ?? "print JSON", false).action(async (...given: unknown[]) => {
      const { json } = command.opts<{ json: boolean }>();
      // commander's types do not say that it gives what was declared
      const outcome = signal.aborted ? null : await outcomeOf(outputOf(json), given as Given);
      ended(outcome === null ? exitCodes.stopped : print(outcome, json));
    });
  };

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Nearly always the data folder. */
const notOpened = (error: unknown): Outcome => ({
  ok: false,
  failure: {
    code: "store-failed",
    message: `${reasonOf(error)}\n${l10n.t("`trivium doctor` says what to do about it.")}`,
    next: ["show-log"],
  },
});
