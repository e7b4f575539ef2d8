import type { Reality } from "./reality.ts";

/** Beyond this nothing is said of what stands in texts, which must not cost a turn more than some milliseconds. */
const mostCharacters = 1_000_000;
const mostWords = 20_000;

interface RealityParts {
  /** Whole texts of the context: files, the request, what tools said. */
  readonly texts: readonly string[];
  readonly paths: readonly string[];
  readonly tools: readonly string[];
  readonly steps: readonly string[];
  readonly models: readonly string[];
}

/**
 * What exists for a request, from what is known of it: folders from paths, names and numbers from texts, all without
 * doubles. A list that would be longer than its cap is empty, which leaves its fields free: half of it would forbid
 * what exists.
 */
export const realityOf = ({ texts, paths, tools, steps, models }: RealityParts): Reality => {
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  const read = length > mostCharacters ? [] : unique(texts);
  const files = unique(paths);
  return {
    paths: files,
    folders: foldersOf(files),
    names: wordsOf(read, /[\p{L}_$][\p{L}\p{N}_$]*/gu),
    // Not the digits of a name or the parts of a version; the "-" of "10-20" belongs to neither number.
    numbers: wordsOf(read, /(?<![\p{L}\p{N}_$.])-?\d+(?:\.\d+)?/gu),
    texts: read,
    tools: unique(tools),
    steps: unique(steps),
    models: unique(models),
  };
};

const unique = (values: readonly string[]): string[] => [...new Set(values)].filter((value) => value !== "");

const wordsOf = (texts: readonly string[], pattern: RegExp): string[] => {
  const words = new Set<string>();
  for (const text of texts)
    for (const [word] of text.matchAll(pattern)) {
      words.add(word);
      if (words.size > mostWords) return [];
    }
  return [...words];
};

/** All folders above the files, and the workspace itself. */
const foldersOf = (paths: readonly string[]): string[] => {
  const folders = new Set<string>();
  for (const path of paths)
    for (let folder = parentOf(path); !folders.has(folder); folder = parentOf(folder)) folders.add(folder);
  return [...folders];
};

const parentOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf("/"), 0));
