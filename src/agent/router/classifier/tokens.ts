const headLength = 3072;
const tailLength = 1024;
const longestWord = 40;
const grams = { shortest: 2, longest: 5 };

/** The part of a text that is read: all of it, or its first 3072 and last 1024 UTF-16 units. */
export const boundText = (text: string): string =>
  text.length <= headLength + tailLength ? text : `${text.slice(0, headLength)}\n${text.slice(-tailLength)}`;

/** NFKC and lower case, digits as 0: what the numbers are says little, how long they are says more. */
export const normalise = (bounded: string): string => {
  const normal = bounded
    .normalize("NFKC")
    .toLowerCase()
    .replace(/\p{Nd}/gu, "0");
  // One character can become eighteen.
  return boundText(normal);
};

/** Runs of letters or of digits, and single signs. A character of a script without spaces is a word. */
const withoutSpaces =
  "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}";
const letter = `[\\p{L}--[${withoutSpaces}]]`;
const wordPattern = new RegExp(`${letter}(?:${letter}|[\\p{M}'])*|0+|[^\\s]`, "gv");

/** Words of a normalised text, in order; long ones are cut to 40 characters. */
export const splitWords = (normal: string): readonly string[] =>
  (normal.match(wordPattern) ?? []).map((word) => (word.length > longestWord ? word.slice(0, longestWord) : word));

// FNV-1a over UTF-16 units; the last step of murmur3 spreads it, since only some of its bits are used.
const fnvStart = 0x811c9dc5;
const fnvStep = (hash: number, unit: number): number => Math.imul(hash ^ unit, 0x01000193);
const spread = (hash: number): number => {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
};

/** A 32-bit hash of a string; `kind` keeps equal strings of different kinds apart. */
export const hashString = (kind: number, text: string): number => {
  let hash = fnvStep(fnvStart, kind);
  for (let index = 0; index < text.length; index++) hash = fnvStep(hash, text.charCodeAt(index));
  return spread(hash);
};

/** Hands out the hash of each piece of two to five characters within the bounds of each run without spaces. */
export const eachCharacterGram = (normal: string, take: (hash: number) => void): void => {
  for (const run of normal.split(/\s+/u)) {
    if (run === "") continue;
    const padded = ` ${run} `;
    for (let start = 0; start < padded.length - 1; start++) {
      let hash = fnvStep(fnvStart, 1);
      const end = Math.min(padded.length, start + grams.longest);
      for (let index = start; index < end; index++) {
        hash = fnvStep(hash, padded.charCodeAt(index));
        if (index - start + 1 >= grams.shortest) take(spread(hash));
      }
    }
  }
};
