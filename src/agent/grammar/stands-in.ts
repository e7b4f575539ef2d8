import type { Source } from "./from-reality.ts";
import type { Reality } from "./reality.ts";

/** As the model host's grammar writes it: never hidden, never "..", at most 64 characters. */
const plainName = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,39}(\.[A-Za-z0-9_-]{1,11}){0,2}$/;

/** Everything of a source that can be listed; texts for excerpts, folders for new paths. Empty: nothing is known. */
export const known = (source: Source, reality: Reality): readonly string[] => {
  switch (source) {
    case "path":
      return reality.paths;
    case "new-path":
      return reality.folders;
    case "name":
      return reality.names;
    case "number":
      return reality.numbers;
    case "excerpt":
      return reality.texts;
    case "tool":
      return reality.tools;
    case "step":
      return reality.steps;
    case "model":
      return reality.models;
  }
};

const isRunOfLines = (value: string, text: string): boolean => `\n${text}\n`.includes(`\n${value}\n`);

const isExcerpt = (value: string, texts: readonly string[]): boolean => {
  const [first = ""] = value.split("\n", 1);
  return first.trim() !== "" && texts.some((text) => isRunOfLines(value, text));
};

const isBelow = (value: string, folders: readonly string[]): boolean => {
  const slash = value.lastIndexOf("/");
  // "/name" would be the root of the machine, not of the workspace.
  return slash !== 0 && plainName.test(value.slice(slash + 1)) && folders.includes(value.slice(0, Math.max(slash, 0)));
};

/**
 * Whether a value of this source exists. What nothing is known of stands. A new path stands below a folder that exists,
 * whether or not its name is taken: no grammar can leave out the names that are.
 */
export const standsIn = (source: Source, value: string | number, reality: Reality): boolean => {
  const values = known(source, reality);
  if (values.length === 0) return true;
  if (typeof value === "number") return values.some((one) => Number(one) === value);
  if (source === "excerpt") return isExcerpt(value, values);
  return source === "new-path" ? isBelow(value, values) : values.includes(value);
};
