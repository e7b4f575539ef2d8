/**
 * An answer as it is read aloud: no markdown signs, and the code replaced by `codeBlock`.
 * A longer answer yields a longer text with the same beginning, so what was said can be skipped by length.
 */
export const speakable = (markdown: string, codeBlock: string): string => {
  let fence: string | null = null;
  const lines: string[] = [];
  for (const line of markdown.split("\n")) {
    const mark = /^\s*(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === null && mark) {
      fence = mark;
      lines.push(codeBlock);
    } else if (fence !== null) {
      if (mark?.startsWith(fence)) fence = null;
    } else {
      lines.push(
        line
          .replace(/^\s*(?:#{1,6}|>|[-*+]|\d+[.)])\s+/, "")
          .replace(/[*`]+/g, "")
          .replaceAll("|", " "),
      );
    }
  }
  return lines.join("\n");
};

/** Where the last complete sentence or line ends; `from` when none has ended since. */
export const sentenceEnd = (text: string, from: number): number => {
  const last = [...text.slice(from).matchAll(/[.!?:…]["')\]]?\s|\n/g)].at(-1);
  return last ? from + last.index + last[0].length : from;
};
