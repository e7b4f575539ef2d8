// What a model is told when its lines are not in the file: the lines that look most like them.
import { plainSpacing } from "./match.ts";
import { isBlank } from "./text-lines.ts";

const shownAround = 3;
const mostShown = 12;
const longestShown = 200;
const mostCompared = 200_000;

/** Lines with their numbers around the place that shares most words with `search`; "" for an empty file. */
export const nearestLines = (lines: readonly string[], search: readonly string[]): string => {
  if (lines.length === 0) return "The file is empty.";
  const at = nearestStart(lines, search);
  if (at === null) return "Nothing in the file is like them. Read the file again.";
  const from = Math.max(0, at - shownAround);
  const to = Math.min(lines.length, from + Math.min(mostShown, search.length + 2 * shownAround));
  return `The nearest lines are:\n${numbered(lines, from, to)}`;
};

export const numbered = (lines: readonly string[], from: number, to: number): string =>
  lines
    .slice(from, to)
    .map((line, at) => `${from + at + 1} | ${line.length > longestShown ? `${line.slice(0, longestShown)}…` : line}`)
    .join("\n");

/** Each line of the file votes for where the search would begin, with the words that it shares with a line of it. */
const nearestStart = (lines: readonly string[], search: readonly string[]): number | null => {
  const wanted = new Map<string, number[]>();
  for (const [at, line] of search.slice(0, 200).entries())
    for (const word of wordsOf(line)) wanted.set(word, [...(wanted.get(word) ?? []), at].slice(0, 4));
  const votes = new Map<number, number>();
  let compared = 0;
  for (const [at, line] of lines.entries()) {
    if (isBlank(line) || compared > mostCompared) continue;
    for (const word of wordsOf(line)) {
      compared++;
      for (const offset of wanted.get(word) ?? [])
        votes.set(at - offset, (votes.get(at - offset) ?? 0) + word.length / (wanted.get(word)?.length ?? 1));
    }
  }
  let best: number | null = null;
  for (const [start, weight] of votes) if (best === null || weight > (votes.get(best) ?? 0)) best = start;
  return best === null ? null : Math.max(0, best);
};

const wordsOf = (line: string): Set<string> =>
  new Set(
    plainSpacing(line.slice(0, 1000))
      .split(/[^\p{L}\p{N}_]+/u)
      .filter((word) => word.length > 1),
  );
