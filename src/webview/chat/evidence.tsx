import type { Evidence } from "../../protocol/verdict.ts";
import { evidenceLook, evidenceText } from "../run-words.ts";
import { Checks } from "./checks.tsx";
import { Fold } from "./fold.tsx";
import { Icon } from "./icon.tsx";

/** How far the answer is proven, in one line; the checks that say so unfold. Without checks there is nothing to unfold. */
export const EvidenceLine = ({ evidence }: { evidence: Evidence }) => {
  const line = (
    <>
      <Icon name={evidenceLook(evidence.grade).icon} />
      <span class="text">{evidenceText(evidence)}</span>
    </>
  );
  const name = `evidence ${evidence.grade}`;
  if (evidence.checks.length === 0)
    return (
      <p class={name} data-testid="evidence">
        {line}
      </p>
    );
  return (
    <Fold class={name} testId="evidence" line={line}>
      <Checks checks={evidence.checks} />
    </Fold>
  );
};
