import * as l10n from "@vscode/l10n";
import { hintLines } from "../../protocol/hint-lines.ts";
import type { Verdict } from "../../protocol/verdict.ts";
import { foundBy, sureText, sureTitle, verdictLook } from "../run-words.ts";
import type { TurnView } from "../state.ts";
import { Checks } from "./checks.tsx";
import { Fold } from "./fold.tsx";
import { Icon } from "./icon.tsx";

const subjectText = (subject: string): string => {
  if (subject === "plan") return l10n.t("plan");
  return subject === "answer" ? l10n.t("answer") : l10n.t("step");
};

interface VerdictLineProps {
  verdict: Verdict;
  /** What was judged, in place of the kind of its subject. */
  of?: string;
}

/** One line for one verdict; its checks, and what the model was told to do better, unfold. */
export const VerdictLine = ({ verdict, of = subjectText(verdict.subject) }: VerdictLineProps) => {
  const { icon, word } = verdictLook(verdict);
  const found = foundBy(verdict);
  const hints = hintLines(verdict);
  const line = (
    <>
      <Icon name={icon} />
      <span class="text">
        {l10n.t("{0}: {1}", of, word)}
        {found === "" ? "" : ` · ${found}`}
      </span>
    </>
  );
  return (
    <Fold class={`verdict ${verdict.verdict}`} testId="verdict" line={line}>
      {verdict.confidence !== null && <p title={sureTitle()}>{sureText(verdict.confidence)}</p>}
      {verdict.checks.length > 0 ? <Checks checks={verdict.checks} /> : <p>{l10n.t("No check applied.")}</p>}
      {hints.length > 0 && (
        <>
          <p>{l10n.t("Told to do better:")}</p>
          <ul>
            {hints.map((hint, index) => (
              <li key={index}>{hint}</li>
            ))}
          </ul>
        </>
      )}
    </Fold>
  );
};

/** What was judged of a subject before its last verdict is not what stands now. */
const earlierText = (subject: string): string =>
  subject === "plan" ? l10n.t("earlier plan") : l10n.t("earlier answer");

/** What was found wrong with the plan and the answer. A step's verdicts are in its own log. */
export const Problems = ({ turn }: { turn: TurnView }) =>
  turn.verdicts
    .filter(({ subject, verdict }) => verdict !== "accept" && (subject === "answer" || subject === "plan"))
    .map((verdict, index) => {
      const last = turn.verdicts.findLast(({ subject }) => subject === verdict.subject);
      return verdict === last ? (
        <VerdictLine key={index} verdict={verdict} />
      ) : (
        <VerdictLine key={index} verdict={verdict} of={earlierText(verdict.subject)} />
      );
    });
