import * as l10n from "@vscode/l10n";
import { cannotOpen, type Finding } from "../../doctor.ts";
import { type AddCommands, said } from "./command.ts";
import { exitCodes } from "./terminal.ts";

const marks = { ok: "✓", warning: "!", error: "✗" } as const;

/** `trivium doctor`: what is found, what is wrong, and what to do about it. Exit code 1 when something is wrong. */
export const addDoctorCommand: AddCommands = (program, does) => {
  const doctor = program
    .command("doctor")
    .description("Say what was found on this machine, what is wrong and what to do.");
  does(
    doctor,
    async ({ agent, out, signal }) => {
      const findings: Finding[] = [];
      for await (const finding of agent.diagnose(signal)) {
        findings.push(finding);
        out.text(lines(finding));
      }
      return verdict(findings, "");
    },
    {
      cannotOpen(error) {
        const finding = cannotOpen(error);
        return verdict([finding], lines(finding));
      },
    },
  );
};

/** `unsaid` are the findings that were not shown yet. */
const verdict = (findings: readonly Finding[], unsaid: string) => {
  const wrong = findings.filter(({ state }) => state === "error").length;
  return said(`${unsaid}${inWords(wrong)}\n`, findings, wrong === 0 ? exitCodes.done : exitCodes.failed);
};

const inWords = (wrong: number): string => {
  if (wrong === 0) return l10n.t("Trivium is ready.");
  return wrong === 1 ? l10n.t("One thing is wrong.") : l10n.t("{0} things are wrong.", wrong);
};

const lines = ({ state, what, found, todo }: Finding): string =>
  `${marks[state]} ${what}: ${found}\n${todo === null ? "" : `    → ${todo}\n`}`;
