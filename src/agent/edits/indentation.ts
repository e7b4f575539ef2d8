// A block that was written with other indentation than the file has is written into the file with the file's.
import { indentOf, isBlank } from "./text-lines.ts";

/** Takes a line of the replacement, gives it with the file's indentation. */
export type Indenter = (line: string) => string;

/**
 * Learns from the lines that were found how the model's indentation stands for the file's. Where one indentation of the model
 * stands for several of the file, new lines stay as they are if the first line is right, else null: nobody knows where they belong.
 */
export const indenterOf = (search: readonly string[], found: readonly string[]): Indenter | null => {
  const pairs: Pair[] = [];
  for (const [at, line] of search.entries()) {
    const file = found[at] ?? "";
    if (!isBlank(line) && !isBlank(file)) pairs.push({ model: indentOf(line), file: indentOf(file) });
  }
  const known = new Map(pairs.toReversed().map(({ model, file }) => [model, file]));
  const contradicting = pairs.some(({ model, file }) => known.get(model) !== file);
  if (contradicting && pairs[0]?.model !== pairs[0]?.file) return null;
  if (contradicting || pairs.every(({ model, file }) => model === file)) return (line) => line;
  return (line) => (isBlank(line) ? line : indented(pairs, indentOf(line)) + line.trimStart());
};

interface Pair {
  readonly model: string;
  readonly file: string;
}

const indented = (pairs: readonly Pair[], wanted: string): string => {
  const inside = pairs.filter(({ model }) => wanted.startsWith(model));
  const nearest = inside.reduce<Pair | null>(
    (best, pair) => (best === null || pair.model.length > best.model.length ? pair : best),
    null,
  );
  if (nearest !== null) return nearest.file + restAs(pairs, wanted.slice(nearest.model.length));
  const [first] = pairs;
  if (!first) return wanted;
  const fewer = restAs(pairs, first.model.slice(wanted.length)).length;
  return first.file.slice(0, Math.max(0, first.file.length - fewer));
};

/** Spaces become tabs, or tabs spaces, as in the lines that were found. */
const restAs = (pairs: readonly Pair[], rest: string): string => {
  const spaces = /^ +$/;
  const tabs = /^\t+$/;
  for (const { model, file } of stepsOf(pairs)) {
    const toTabs = spaces.test(model) && tabs.test(file) && spaces.test(rest);
    const toSpaces = tabs.test(model) && spaces.test(file) && tabs.test(rest);
    if (toTabs || toSpaces) return (toTabs ? "\t" : " ").repeat(Math.round((rest.length * file.length) / model.length));
  }
  return rest;
};

/** What one level is here and there: the difference of two lines, else all that one line has. */
const stepsOf = (pairs: readonly Pair[]): Pair[] => {
  const differences = pairs.slice(0, 50).flatMap((inner) =>
    pairs
      .slice(0, 50)
      .filter(({ model, file }) => inner.model.startsWith(model) && inner.file.startsWith(file))
      .map(({ model, file }) => ({ model: inner.model.slice(model.length), file: inner.file.slice(file.length) })),
  );
  return [...differences, ...pairs];
};
