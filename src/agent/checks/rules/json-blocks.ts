import * as l10n from "@vscode/l10n";
import { failed, type Rule } from "./rule.ts";

/** Comments and places left open are no mistake in an example. */
const isSketch = (code: string): boolean => /\.\.\.|…|^\s*\/\/|\/\*|<[A-Za-z][\w -]*>/m.test(code);

const problemOf = (code: string): string | undefined => {
  try {
    JSON.parse(code);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

/** The code of each block that calls itself JSON and is closed; by lines, since a pattern looks for every end anew. */
const blocksOf = (answer: string): string[] => {
  const blocks: string[] = [];
  let block: string[] | null = null;
  for (const line of answer.split("\n")) {
    const text = line.trimEnd();
    if (block === null) block = text === "```json" ? [] : null;
    else if (text === "```") {
      if (block.length > 0) blocks.push(block.join("\n"));
      block = null;
    } else block.push(line);
  }
  return blocks;
};

/** Blocks that call themselves JSON parse. */
export const jsonBlocks: Rule = {
  name: "json-blocks",
  sure: true,
  check: ({ facts, answer }) => {
    if (answer.length < facts.answer.length) return null;
    const blocks = blocksOf(answer).filter((code) => !isSketch(code));
    if (blocks.length === 0) return null;
    const problem = blocks.map(problemOf).find((found) => found !== undefined);
    if (problem !== undefined)
      return failed("syntax", l10n.t("A JSON block does not parse: {0}", problem), l10n.t("Write it again."));
    const text = blocks.length === 1 ? l10n.t("The JSON block parses") : l10n.t("{0} JSON blocks parse", blocks.length);
    return { check: { kind: "syntax", outcome: "passed", text }, hint: "" };
  },
};
