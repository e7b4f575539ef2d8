import { homedir } from "node:os";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import * as l10n from "@vscode/l10n";
import { Option } from "commander";
import { decideCommand } from "../../policy/decide.ts";
import type { Decision } from "../../policy/decision.ts";
import type { Surroundings } from "../../policy/paths.ts";
import { loadShellReader } from "../../policy/shell/reader.ts";
import { visibleText } from "../../policy/terminal-text.ts";
import { linkAt } from "../../ports/links.ts";
import { readShellGrammar } from "../../ports/shell-grammar.ts";
import { type AddCommands, said } from "./command.ts";
import { columns, filled } from "./terminal.ts";

/** `trivium policy check`: what the rules say of a command in this folder. Nothing runs. */
export const addPolicyCommands: AddCommands = (program, does) => {
  const policy = program.command("policy").description("What the rules say of commands.");
  const check = policy
    .command("check")
    .description("Say whether a command would run unasked, be asked or be refused, and why. It is not run.")
    .argument("<command>", "the whole command, in quotes", filled)
    .addOption(
      new Option("--shell <shell>", "who would run it").choices(["bash", "sh", "powershell", "cmd"]).default("bash"),
    );
  does(check, async (_, command: string, { shell }: { shell: string }) => {
    const program = dirname(fileURLToPath(import.meta.url));
    const reader = await loadShellReader(() => readShellGrammar(program));
    const decision = decideCommand({ command, shell, remembered: [], edited: [] }, here(), reader);
    return said(inWords(command, decision), { command, shell, ...decision });
  });
};

const here = (): Surroundings => {
  const { platform } = process;
  const os = platform === "win32" || platform === "darwin" ? platform : "linux";
  return { os, cwd: process.cwd(), home: homedir(), workspace: [process.cwd()], linkOf: linkAt };
};

const inWords = (command: string, { decision, reason, rule, needsSandbox }: Decision): string => {
  const words = {
    allow: l10n.t("runs unasked"),
    ask: l10n.t("is asked"),
    deny: l10n.t("is refused in every mode"),
  };
  const needs = needsSandbox ? [[l10n.t("needs"), l10n.t("a sandbox; without one it is asked")]] : [];
  return columns([
    [decision, words[decision]],
    [l10n.t("command"), visibleText(command)],
    [l10n.t("why"), reason],
    [l10n.t("rule"), rule],
    ...needs,
  ]);
};
