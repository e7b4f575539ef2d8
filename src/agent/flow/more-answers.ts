import { agreementOf, majority } from "../checks/agreement.ts";
import type { Called } from "./call.ts";

/** How many more answers are asked for. With two, the first one can be outvoted. */
const more = 2;

/**
 * Asks the same question again and takes what most answers come to; on a tie, the first. `agreement`: the share of the
 * other answers that come to the same. null: there were no others.
 */
export const moreAnswers = async (
  first: string,
  askAgain: () => Promise<Called<string>>,
): Promise<{ text: string; agreement: number } | null> => {
  const answers = [first];
  while (answers.length <= more) {
    const called = await askAgain();
    if (called.kind !== "answered" || called.endReason !== "end") break;
    answers.push(called.value);
  }
  if (answers.length === 1) return null;
  const chosen = majority(answers);
  const text = answers[chosen] ?? first;
  const others = answers.filter((_, index) => index !== chosen);
  const agreeing = others.filter((other) => agreementOf([text, other]) === 1);
  return { text, agreement: agreeing.length / others.length };
};
