// An edit of a file of a megabyte: found at once, found with other indentation, and not found.
import { applyEdit } from "../../src/agent/edits/apply.ts";
import type { FileEdit } from "../../src/agent/edits/edit.ts";
import { readFindReplace } from "../../src/agent/edits/formats/find-replace.ts";
import { readSearchReplace } from "../../src/agent/edits/formats/search-replace.ts";
import { atMost, type Group, type Measure } from "./measure.ts";

const rounds = 20;
const count = 25_000;

/** About a megabyte, with lines that are much alike. */
const file = Array.from({ length: count }, (_, at) => `    const value${at} = compute(${at * 7}, "row");\n`).join("");

const blockFor = (lines: readonly string[]): FileEdit => {
  const text = `a.ts\n<<<<<<< SEARCH\n${lines.join("\n")}\n=======\nreplaced();\n>>>>>>> REPLACE\n`;
  const parsed = readSearchReplace(text, { spelling: "aider" });
  if (!parsed.ok || !parsed.edits[0]) throw new Error("the edit of the benchmark was not read");
  return parsed.edits[0];
};

const linesFrom = (at: number, indentation: string): string[] =>
  [0, 1, 2, 3].map((more) => `${indentation}const value${at + more} = compute(${(at + more) * 7}, "row");`);

const plain = (): FileEdit => {
  const parsed = readFindReplace({ old_string: `value${count - 9} =`, new_string: "renamed =" }, "a.ts");
  if (!parsed.ok || !parsed.edits[0]) throw new Error("the edit of the benchmark was not read");
  return parsed.edits[0];
};

const edits: readonly (readonly [name: string, edit: FileEdit])[] = [
  ["edit of 1 MB, text", plain()],
  ["edit of 1 MB, lines", blockFor(linesFrom(count - 9, "    "))],
  ["edit of 1 MB, other indentation", blockFor(linesFrom(count - 9, ""))],
  [
    "edit of 1 MB, a letter wrong",
    blockFor(linesFrom(count - 9, "").map((line) => line.replace("value24993", "valve24993"))),
  ],
  ["edit of 1 MB, refused", blockFor(["    const total = reduce(values);", "    return total;", "  }"])],
];

export const editsGroup: Group = {
  name: "edits",
  what: "finding the place of an edit in a large file",
  run: async () =>
    edits.map(([name, edit]): Measure => {
      const values = Array.from({ length: rounds }, () => {
        const startedAt = performance.now();
        applyEdit(file, edit);
        return performance.now() - startedAt;
      });
      return { name, unit: "ms", values, target: atMost(50) };
    }),
};
