/** Shorter texts may be the same for good reasons: "42", "yes", a name. */
const fewestWords = 8;

/** The share of common word groups from which two texts say the same. */
const nearlyAll = 0.85;

const wordsIn = (text: string): string[] => text.toLowerCase().match(/[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];

/** All groups of three neighbouring words. */
const groupsIn = (words: readonly string[]): Set<string> =>
  new Set(words.slice(2).map((word, index) => `${words[index]} ${words[index + 1]} ${word}`));

/** What of a text decides whether another one says the same; its groups of words are made when they are needed. */
export interface Fingerprint {
  readonly words: readonly string[];
  readonly groups: () => ReadonlySet<string>;
}

export const fingerprintOf = (text: string): Fingerprint => {
  const words = wordsIn(text);
  let groups: Set<string> | undefined;
  return {
    words,
    groups: () => {
      groups ??= groupsIn(words);
      return groups;
    },
  };
};

/**
 * Whether two results carry the same information: the same words apart from case and spacing, or nearly the same
 * groups of words. `short`: whether texts of a few words count.
 */
export const saysTheSame = (one: Fingerprint, other: Fingerprint, short: "counts" | "does not count"): boolean => {
  const [fewer, more] = [one.words.length, other.words.length].sort((a, b) => a - b);
  if (fewer === undefined || more === undefined || fewer < nearlyAll * more) return false;
  if (short === "does not count" && fewer < fewestWords) return false;
  if (fewer === more && one.words.every((word, index) => word === other.words[index])) return true;
  // A long text with a few words changed; with few words a changed one is another answer.
  if (fewer < 4 * fewestWords) return false;
  const [groups, others] = [one.groups(), other.groups()];
  let common = 0;
  for (const group of groups) if (others.has(group)) common++;
  return common / (groups.size + others.size - common) >= nearlyAll;
};
