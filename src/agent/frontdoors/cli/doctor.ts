import * as l10n from "@vscode/l10n";
import { cannotOpen, type Finding } from "../../doctor.ts";
import { type AddCommands, exitCodes } from "./terminal.ts";

const marks = { ok: "✓", warning: "!", error: "✗" } as const;

/** `trivium doctor`: what is found, what is wrong, and what to do about it. Exit code 1 when something is wrong. */
export const addDoctorCommand: AddCommands = (program, { run, terminal, signal }) => {
  program
    .command("doctor")
    .description("Say what was found on this machine, what is wrong and what to do.")
    .option("--json", "print JSON", false)
    .action(({ json }: { json: boolean }) => {
      const findings: Finding[] = [];
      const show = (finding: Finding): void => {
        findings.push(finding);
        if (!json) terminal.text(lines(finding));
      };
      const end = (): number => {
        const wrong = findings.filter(({ state }) => state === "error").length;
        terminal.text(json ? `${JSON.stringify(findings, null, 2)}\n` : `${verdict(wrong)}\n`);
        return wrong === 0 ? exitCodes.done : exitCodes.failed;
      };
      return run(
        async (agent) => {
          for await (const finding of agent.diagnose(signal)) show(finding);
          return end();
        },
        (error) => {
          show(cannotOpen(error));
          return end();
        },
      );
    });
};

const verdict = (wrong: number): string => {
  if (wrong === 0) return l10n.t("Trivium is ready.");
  return wrong === 1 ? l10n.t("One thing is wrong.") : l10n.t("{0} things are wrong.", wrong);
};

const lines = ({ state, what, found, todo }: Finding): string =>
  `${marks[state]} ${what}: ${found}\n${todo === null ? "" : `    → ${todo}\n`}`;
