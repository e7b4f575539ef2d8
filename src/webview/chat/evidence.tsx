import { evidenceLook, provenText } from "../run-words.ts";
import type { TurnView } from "../state.ts";
import { Checks } from "./checks.tsx";
import { Fold } from "./fold.tsx";
import { Icon } from "./icon.tsx";

/** How far the answer is proven, in one line; the checks that say so unfold. Without checks there is nothing to unfold. */
export const EvidenceLine = ({ turn }: { turn: TurnView }) => {
  const { evidence } = turn;
  const proven = provenText(turn);
  if (!evidence || proven === null) return null;
  const line = (
    <>
      <Icon name={evidenceLook(evidence.grade).icon} />
      <span class="text">{proven}</span>
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
