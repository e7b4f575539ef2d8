import { agreementOf, majority } from "../checks/agreement.ts";

/** How many more answers are asked for. With two, the first one can be outvoted. */
const more = 2;

/** As much of an answer as a vote needs. */
interface Voice {
  readonly value: string;
  readonly endReason: string;
}

/**
 * Asks the same question again and takes what most answers come to; on a tie, the first. `askAgain` gives null when there
 * is no further answer. `agreement`: the share of the other answers that come to the same. null: there were no others.
 */
export const moreAnswers = async <T extends Voice>(
  first: T,
  askAgain: () => Promise<T | null>,
): Promise<{ chosen: T; agreement: number } | null> => {
  const answers = [first];
  while (answers.length <= more) {
    const next = await askAgain();
    if (next?.endReason !== "end") break;
    answers.push(next);
  }
  if (answers.length === 1) return null;
  const place = majority(answers.map(({ value }) => value));
  const chosen = answers[place] ?? first;
  const others = answers.filter((_, index) => index !== place);
  const agreeing = others.filter(({ value }) => agreementOf([chosen.value, value]) === 1);
  return { chosen, agreement: agreeing.length / others.length };
};
