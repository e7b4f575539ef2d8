/** Of a long answer, so much of its beginning and of its end is looked at. */
const longest = 16_000;
const longestLine = 1000;

/** The part of a text that is looked at, in characters. */
export const boundedPart = (text: string): string =>
  text.length <= 2 * longest ? text : `${text.slice(0, longest)}\n${text.slice(-longest)}`;

/** The lines of a text without blank ones and fenced code blocks; at most 1,000 characters of each line. */
const withoutBlocks = (text: string): string => {
  const kept: string[] = [];
  let fence = "";
  for (const line of text.split("\n")) {
    const mark = /^ {0,3}(```|~~~)/.exec(line)?.[1] ?? "";
    if (line.trim() === "") continue;
    if (fence === "" && mark === "") kept.push(line.slice(0, longestLine));
    else if (fence === "") fence = mark;
    else if (mark === fence) fence = "";
  }
  return kept.join("\n");
};

const latex: readonly (readonly [RegExp, string])[] = [
  [/\\(?:times|cdot|ast)(?![A-Za-z])/g, " × "],
  [/\\div(?![A-Za-z])/g, " ÷ "],
  [/\\(?:approx|simeq|sim)(?![A-Za-z])/g, " ≈ "],
  [/\\(?:left|right|quad|qquad|displaystyle|,|;|!)/g, " "],
  [/\\(?:text|mathrm|textbf|mathbf|boxed)\{([^{}]{0,200})\}/g, " $1 "],
  [/\\[dt]?frac\{([^{}]{1,100})\}\{([^{}]{1,100})\}/g, "(($1)/($2))"],
  [/\{,\}/g, ","],
  [/\\[()[\]]/g, " "],
  [/\\([*$%_#&-])/g, "$1"],
  [/\$\$/g, " "],
];

/** A code span that is a calculation rather than code: numbers, signs of arithmetic and one sign of equality each. */
const isSum = /^(?!.*==)(?=.*\d)[\d\s.,()+\-*/×÷·−^%$€£=]{1,200}$/;

/**
 * The prose of an answer, line by line: code blocks and spans of code left out, LaTeX and Markdown written as signs of
 * arithmetic, "<<3*4=12>>" notes as lines of their own, once with
 * their own value and once with what is written after them. At most 1,000 characters of each line.
 */
export const proseLines = (answer: string): string[] => {
  const prose = latex.reduce(
    (text, [from, to]) => text.replace(from, to),
    withoutBlocks(boundedPart(answer)).replace(/`([^`\n]*)`/g, (_, span: string) =>
      isSum.test(span) ? ` ${span} ` : " ` ",
    ),
  );
  return prose.split("\n").flatMap((line) => {
    const notes = [...line.matchAll(/(-?)\s?\$?<<([^<>]{1,200})>>([^<>]{0,60})/g)].flatMap(
      ([, minus = "", note = "", after = ""]) =>
        /^\s*\$?-?\d/.test(after) ? [note, `${note.slice(0, note.lastIndexOf("=") + 1)}${minus}${after}`] : [note],
    );
    const plain = line
      .replace(/<<[^<>]{0,200}>>/g, " ")
      .replace(/([\d)]) ?\*\* ?(?=[\d(])/g, "$1^")
      .replaceAll("**", " ")
      .replace(/^[ \t]*(?:[-*+•>]|#{1,6}|\d{1,2}[.)](?!\d))[ \t]+/, "");
    return [...notes, plain];
  });
};
