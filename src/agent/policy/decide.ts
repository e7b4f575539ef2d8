// Whether a command may run: the floor first, then what is known to only read. See docs/adr/0015-policy.md.
import * as l10n from "@vscode/l10n";
import { commandCharacters } from "./characters.ts";
import { ask, type Decision, gravest, type Objection } from "./decision.ts";
import { floorObjection } from "./floor.ts";
import { changesCommands, isWithin, rulesOf, type Surroundings } from "./paths.ts";
import { readingObjection } from "./reading.ts";
import { whyNotPlain } from "./rules/asked-syntax.ts";
import { argvOf, type PlainCommand, readPlain } from "./shell/plain.ts";
import type { NoReader, ShellReader } from "./shell/reader.ts";
import { type ShellScript, scriptOf } from "./shell/script.ts";
import { windowsFloor } from "./shell/windows.ts";

export interface CommandRequest {
  readonly command: string;
  readonly shell: string;
  /** Commands that the user approved for good, as `argvOf` reads them: equal in every word or not at all. */
  readonly remembered: readonly (readonly string[])[];
  /** Files that the agent changed since they were approved, relative to `cwd` or absolute. */
  readonly edited: readonly string[];
}

/**
 * Allow (in a sandbox), ask or deny. Two readers have to agree before anything is allowed: the grammar, which sees what a
 * command hides, and the strict one, which knows plain words alone. Never throws, whatever the command is.
 */
export const decideCommand = (
  request: CommandRequest,
  around: Surroundings,
  reader: ShellReader | NoReader,
): Decision => {
  const { command, shell } = request;
  if (command.trim() === "") return ask("empty", l10n.t("There is no command."));
  if (/^(powershell|pwsh|cmd)(\.exe)?$/i.test(shell))
    return gravest([windowsFloor(command, around.workspace), commandCharacters(command), noSandbox()]) ?? noSandbox();
  if ("problem" in reader)
    return ask("no-grammar", l10n.t("The grammar for commands could not be loaded: {0}", reader.problem));

  const tree = reader.read(command.toWellFormed());
  const script = tree && scriptOf(tree, around);
  const denied = gravest([script && floorObjection(script, around, reader), commandCharacters(command)]);
  if (denied) return denied;
  if (!tree || !script) return ask("too-long", l10n.t("It is too long to judge."));
  if (around.os === "win32") return noSandbox();
  if (shell !== "bash" && shell !== "sh") return ask("shell", l10n.t("{0} is not a shell that is known well.", shell));
  if (!tree.sound) return ask("syntax", l10n.t("It is not complete, or not a command of the shell."));
  const commands = readPlain(command);
  if (!commands || !isSame(commands, script)) return ask("syntax", whyNotPlain(script.kinds));
  return decidePlain(commands, request, around);
};

const noSandbox = (): Objection =>
  ask("no-sandbox", l10n.t("On Windows nothing runs in a sandbox, so every command is asked."));

/** Whether both readers saw the same commands with the same words. */
const isSame = (commands: readonly PlainCommand[], script: ShellScript): boolean =>
  commands.length === script.commands.length &&
  commands.every((words, at) => {
    const seen = script.commands[at]?.words ?? [];
    return words.length === seen.length && words.every(({ text, home }, word) => home || seen[word]?.text === text);
  });

const decidePlain = (
  commands: readonly PlainCommand[],
  { command, remembered, edited }: CommandRequest,
  around: Surroundings,
): Decision => {
  const folders = [around.cwd];
  const only = argvOf(command);
  let byMemory = false;
  for (const words of commands) {
    const objection = readingObjection(words, around, folders);
    const argv = commands.length === 1 ? only : words.map(({ text }) => text);
    const isRemembered = argv !== null && remembered.some((known) => isEqual(known, argv));
    if (objection && !isRemembered) return objection;
    if (objection && argv) {
      const changed = edited.find((file) => changesCommands(file) || isRunBy(argv, file, around));
      if (changed !== undefined) return ask("edited", l10n.t("You approved it before {0} was changed.", changed));
      byMemory = true;
    }
    const [name, folder] = words;
    if (name?.text === "cd" && folder)
      folders.push(rulesOf(around.os).resolve(folders.at(-1) ?? around.cwd, folder.text));
  }
  const reason = byMemory ? l10n.t("You approved exactly this for good.") : l10n.t("It only reads in the workspace.");
  return { decision: "allow", rule: byMemory ? "remembered" : "only-reads", reason, needsSandbox: true };
};

const isEqual = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((word, at) => word === other[at]);

/** Whether a command names a file, or a folder around it. */
const isRunBy = (argv: readonly string[], file: string, { cwd, os }: Surroundings): boolean => {
  const { resolve } = rulesOf(os);
  return argv.some((word) => /[./]/.test(word) && isWithin(resolve(cwd, file), resolve(cwd, word), os));
};
