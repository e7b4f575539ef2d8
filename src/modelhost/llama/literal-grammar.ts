// Grammars of many literals. The sampler compares every token with every alternative that is still open, so alternatives
// that begin alike share their beginning: two thousand paths cost what a few dozen would.
import { lineStates } from "./line-states.ts";

/** Adds a rule with this text, and gives its name. */
export type AddRule = (text: string) => string;

/** A text as a GBNF literal. */
export const literal = (text: string): string => JSON.stringify(text);

/** The text as it stands between the quotation marks of a JSON string. */
const inner = (text: string): string => JSON.stringify(text).slice(1, -1);

/** A literal, and the expression that follows it; "" for nothing. */
interface Word {
  readonly text: readonly string[];
  readonly next: string;
}

/** One of the texts, as they are. Nothing is said twice. */
export const oneOf = (texts: readonly string[], add: AddRule): string =>
  branches(
    [...new Set(texts)].map((text) => ({ text: [...text], next: "" })),
    0,
    add,
  );

const branches = (words: readonly Word[], at: number, add: AddRule): string => {
  const groups = Map.groupBy(words, ({ text }) => text[at]);
  const parts = [...groups].map(([first, group]) => {
    if (first === undefined) return group.map(({ next }) => next || '""').join(" | ");
    const end = commonEnd(group, at);
    const [one] = group;
    const shared = literal(one?.text.slice(at, end).join("") ?? "");
    const rest = group.length === 1 && one?.text.length === end ? one.next : add(branches(group, end, add));
    return `${shared} ${rest}`.trimEnd();
  });
  return parts.join(" | ");
};

/** Up to where the words, which are alike at `at`, are all alike. */
const commonEnd = ([first, ...others]: readonly Word[], at: number): number => {
  let end = at + 1;
  while (first && end < first.text.length && others.every(({ text }) => text[end] === first.text[end])) end++;
  return end;
};

/**
 * A JSON string that is a run of whole lines of one of the texts, the first of which is not blank. A rule for each state
 * of an automaton that knows all runs: its size is linear in the number of lines, and one of its states is open at a time.
 */
export const runOfLines = (texts: readonly string[], add: AddRule): string => {
  const [start, ...states] = lineStates(texts.map((text) => text.split("\n")));
  // States lie behind the states that lead to them, so rules are made from the last to the first.
  const rules = new Map<number, string>();
  const linesOf = (state: ReadonlyMap<string, number>): Word[] =>
    [...state].map(([line, next]) => ({ text: [...inner(line)], next: rules.get(next) ?? "" }));
  for (const { id, next } of states.toSorted((a, b) => b.longest - a.longest)) {
    const words = linesOf(next);
    const more = words.length === 0 ? "" : ` | ${literal("\\n")} ${add(branches(words, 0, add))}`;
    rules.set(id, add(`${literal('"')}${more}`));
  }
  const firsts = linesOf(new Map([...(start?.next ?? [])].filter(([line]) => line.trim() !== "")));
  return `${literal('"')} ${add(branches(firsts, 0, add))}`;
};

/** A JSON string that is a new file below one of the folders: a plain name of at most 64 characters, never hidden. */
export const nameBelow = (folders: readonly string[], add: AddRule): string => {
  const prefixes = folders.map((folder) => (folder === "" ? "" : inner(`${folder}/`)));
  const name = '[A-Za-z0-9_] [A-Za-z0-9_-]{0,39} ("." [A-Za-z0-9_-]{1,11}){0,2}';
  return `${literal('"')} ${add(oneOf(prefixes, add))} ${add(name)} ${literal('"')}`;
};
