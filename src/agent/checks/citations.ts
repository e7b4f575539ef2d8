import { boundedPart, withoutBlocks } from "./readable-text.ts";

/** A path with a folder, and a line after it, as in "src/cart.ts:12"; nothing that belongs to a URL or a longer path. */
const pathPattern =
  /(?<![\w@:/\\.~$%{<*-])(?:\.\/)?([\w@-][\w@.-]{0,80}(?:\/[\w@.[\]-]{1,80}){1,15}\.[A-Za-z]\w{0,7})(?![\w/*>}])(?::\d+)?/g;
const mostPaths = 200;

/** A file that the answer proposes to make is not there yet. */
const proposes =
  /\b(?:creat|new|add|sav|generat|writ|renam|mov|nam|call|produc|output|built|emit|extract|put|split|would|could|e\.g|example|such as|like|not exist|missing|no file)/i;
const made = /^(?:dist|build|out|node_modules|target|coverage|tmp)\//;

const extensionOf = (path: string): string => path.slice(path.lastIndexOf(".") + 1).toLowerCase();

export interface Citations {
  /** How many paths of the workspace are named. */
  readonly named: number;
  /** Those that do not exist. */
  readonly unknown: readonly string[];
}

/**
 * The paths that an answer's prose names as files of the workspace. Left out: what is built, what the question names
 * itself, what the line or the one before proposes to make, and paths whose first folder and ending the workspace does not have.
 */
export const unknownPaths = (answer: string, question: string, knownPaths: readonly string[]): Citations => {
  if (knownPaths.length === 0) return { named: 0, unknown: [] };
  const known = new Set(knownPaths);
  const folders = new Set(knownPaths.flatMap((path) => path.split("/").slice(0, -1)));
  const endings = new Set(knownPaths.map(extensionOf));
  const exists = (path: string): boolean =>
    known.has(path) || knownPaths.some((one) => one.endsWith(`/${path}`) || path.endsWith(`/${one}`));

  const named = new Set<string>();
  const unknown = new Set<string>();
  let before = "";
  for (const line of withoutBlocks(boundedPart(answer)).split("\n")) {
    for (const [, path = ""] of line.matchAll(pathPattern)) {
      const [folder = ""] = path.split("/");
      if (named.size >= mostPaths || made.test(path) || !(folders.has(folder) && endings.has(extensionOf(path))))
        continue;
      if (exists(path)) named.add(path);
      else if (!question.includes(path) && !proposes.test(line.replaceAll(path, "")) && !proposes.test(before)) {
        named.add(path);
        unknown.add(path);
      }
    }
    if (line.trim() !== "") before = line;
  }
  return { named: named.size, unknown: [...unknown] };
};
