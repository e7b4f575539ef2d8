import { finalLine, finalNumber } from "./final-number.ts";

/** What an answer comes to, so that two that say the same are equal. */
const essence = (answer: string): string => {
  const number = finalNumber(answer);
  return number === null ? finalLine(answer) : `number ${Number(number.toPrecision(12))}`;
};

const groups = (answers: readonly string[]): Map<string, number[]> => {
  const found = new Map<string, number[]>();
  for (const [index, answer] of answers.entries()) {
    const key = essence(answer);
    found.set(key, [...(found.get(key) ?? []), index]);
  }
  return found;
};

const largest = (answers: readonly string[]): readonly number[] =>
  [...groups(answers).values()].reduce<readonly number[]>(
    (best, group) => (group.length > best.length ? group : best),
    [],
  );

/** The share of the answers that come to what most of them come to: the same number, or else the same last line. 0..1; 0: none. */
export const agreementOf = (answers: readonly string[]): number =>
  answers.length === 0 ? 0 : largest(answers).length / answers.length;

/** The index of the first answer of the largest group that agrees; -1: there are none. */
export const majority = (answers: readonly string[]): number => largest(answers)[0] ?? -1;
