import type { Message } from "../../protocol/model-host.ts";
import type { Turn } from "../../protocol/session.ts";
import { extractAnswer, extractQuestion } from "./extract.ts";
import { userMessage } from "./request-parts.ts";

/** What is sent of the earlier turns: the oldest are left out, of those after them some are extracts. */
export interface KeptHistory {
  readonly messages: readonly Message[];
  readonly leftOut: number;
  readonly extracts: number;
  readonly whole: number;
}

/** Each turn that is tried as an extract costs two counts. */
const mostSqueezed = 4;

const exchange = (question: string, answer: string): Message[] => [
  { role: "user", content: question },
  { role: "assistant", content: answer },
];

const wholeTurn = (turn: Turn): Message[] => exchange(userMessage(turn.prompt), turn.answer);

/** null: nothing is left of one side, or nothing is left out. */
const extractOf = (turn: Turn): Message[] | null => {
  const question = userMessage(turn.prompt);
  const [shortQuestion, shortAnswer] = [extractQuestion(question), extractAnswer(turn.answer)];
  if (shortQuestion === "" || shortAnswer === "") return null;
  if (shortQuestion.length + shortAnswer.length >= question.length + turn.answer.length) return null;
  return exchange(shortQuestion, shortAnswer);
};

export const wholeHistory = (turns: readonly Turn[]): KeptHistory => ({
  messages: turns.flatMap(wholeTurn),
  leftOut: 0,
  extracts: 0,
  whole: turns.length,
});

/**
 * As many of the latest turns as fit, whole; then extracts of the turns right before them, as long as they fit.
 * `tokensWith` counts the whole prompt with such a history.
 */
export const fitHistory = async (
  turns: readonly Turn[],
  budget: number,
  tokensWith: (history: KeptHistory) => Promise<number>,
): Promise<KeptHistory> => {
  const from = (skip: number): KeptHistory => ({ ...wholeHistory(turns.slice(skip)), leftOut: skip });
  const skip = await fewestSkipped(turns.length, async (count) => (await tokensWith(from(count))) <= budget);
  let best = from(skip);
  if ((await tokensWith(best)) > budget) return best;
  for (let at = skip - 1; at >= Math.max(0, skip - mostSqueezed); at--) {
    const turn = turns[at];
    if (!turn) break;
    const { messages, extracts, whole } = best;
    const withWhole = { messages: [...wholeTurn(turn), ...messages], leftOut: at, extracts, whole: whole + 1 };
    if ((await tokensWith(withWhole)) <= budget) {
      best = withWhole;
      continue;
    }
    const extract = extractOf(turn);
    if (!extract) break;
    const withExtract = { messages: [...extract, ...messages], leftOut: at, extracts: extracts + 1, whole };
    // That it fits where the whole turn does not is the proof that it has fewer tokens.
    if ((await tokensWith(withExtract)) > budget) break;
    best = withExtract;
  }
  return best;
};

/** Fewer turns never take more tokens, so the smallest number that fits is found by halving; all when none does. */
const fewestSkipped = async (turns: number, fits: (skip: number) => Promise<boolean>): Promise<number> => {
  if (turns === 0) return 0;
  if (!(await fits(turns))) return turns;
  let low = 1;
  let high = turns;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if (await fits(middle)) high = middle;
    else low = middle + 1;
  }
  return high;
};
