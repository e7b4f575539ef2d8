/** The most of a question, and of one sentence, that an extract keeps. */
const questionLines = 3;
const longestLine = 240;

const heading = /^#{1,6}\s/;
const listItem = /^\s*([-*+]|\d+[.)])\s/;
const fence = /^\s*(`{3,}|~{3,})/;

/** Lines that name what a piece of code defines, in the languages that people ask about most. */
const signature =
  /^\s*(export|public|private|protected|internal|static|abstract|async|function|class|interface|type|enum|struct|trait|impl|def|fn|func|pub|module|namespace|package|import|from|#include|template|CREATE|ALTER|SELECT)\b/;

const cutLine = (line: string): string => {
  const trimmed = line.trimEnd();
  if (trimmed.length <= longestLine) return trimmed;
  // Not between the two halves of one letter.
  return trimmed.slice(0, longestLine).replace(/[\uD800-\uDBFF]$/, "");
};

/** Up to the end of the first sentence, with its sign. */
const firstSentence = (line: string): string => cutLine(/^.*?[.!?:](?=\s|$)/.exec(line)?.[0] ?? line);

/** The first lines of a question. Never longer than it; the same for the same text. */
export const extractQuestion = (text: string): string =>
  text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(0, questionLines)
    .map(cutLine)
    .join("\n");

/**
 * What an answer is about, in its own words: its headings, the first sentence of each paragraph and list, and of its
 * code the lines that define something, each in its fence. Never longer than the answer; the same for the same text.
 */
export const extractAnswer = (text: string): string => {
  const kept: string[] = [];
  let code: { readonly end: string; readonly lines: string[] } | null = null;
  let before: "nothing" | "paragraph" | "list" = "nothing";
  const closeCode = (last: string | null): void => {
    if (code && code.lines.length > 1) kept.push(...code.lines, ...(last === null ? [] : [last]));
    code = null;
  };
  for (const line of text.split("\n")) {
    const [, mark = ""] = fence.exec(line) ?? [];
    if (code !== null) {
      if (mark.startsWith(code.end) && line.trim() === mark) closeCode(line.trimEnd());
      else if (signature.test(line)) code.lines.push(cutLine(line));
      continue;
    }
    if (mark !== "") {
      code = { end: mark, lines: [line.trimEnd()] };
      before = "nothing";
    } else if (line.trim() === "") before = "nothing";
    else if (heading.test(line)) {
      kept.push(cutLine(line));
      before = "nothing";
    } else {
      const isItem = listItem.test(line);
      if (before === "nothing" || (isItem && before === "paragraph")) kept.push(firstSentence(line));
      before = isItem ? "list" : before === "list" ? "list" : "paragraph";
    }
  }
  closeCode(null);
  return kept.join("\n");
};
