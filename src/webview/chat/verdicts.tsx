import * as l10n from "@vscode/l10n";
import type { Verdict } from "../../protocol/verdict.ts";
import { foundBy, verdictLook, zoneOf, zoneText } from "../run-words.ts";
import type { TurnView } from "../state.ts";
import { percent } from "../text.ts";
import { Checks } from "./checks.tsx";
import { Fold } from "./fold.tsx";
import { Icon } from "./icon.tsx";

const subjectText = (subject: string): string => {
  if (subject === "plan") return l10n.t("plan");
  return subject === "answer" ? l10n.t("answer") : l10n.t("step");
};

/** One line for one verdict; its checks, and what the model was told to do better, unfold. */
export const VerdictLine = ({ verdict }: { verdict: Verdict }) => {
  const { icon, word } = verdictLook(verdict.verdict);
  const found = foundBy(verdict);
  const line = (
    <>
      <Icon name={icon} />
      <span class="text">
        {l10n.t("{0}: {1}", subjectText(verdict.subject), word)}
        {found === "" ? "" : ` · ${found}`}
      </span>
    </>
  );
  return (
    <Fold class={`verdict ${verdict.verdict}`} testId="verdict" line={line}>
      {verdict.confidence !== null && (
        <p>{l10n.t("{0}, {1}", percent(verdict.confidence), zoneText(zoneOf(verdict.confidence)))}</p>
      )}
      {verdict.checks.length > 0 ? <Checks checks={verdict.checks} /> : <p>{l10n.t("No check applied.")}</p>}
      {verdict.hint !== "" && <p>{l10n.t("Told to do better: {0}", verdict.hint)}</p>}
    </Fold>
  );
};

/** What was found wrong with the plan and the answer. A step's verdicts are in its own log. */
export const Problems = ({ turn }: { turn: TurnView }) =>
  turn.verdicts
    .filter(({ subject, verdict }) => verdict !== "accept" && (subject === "answer" || subject === "plan"))
    .map((verdict, index) => <VerdictLine key={index} verdict={verdict} />);
