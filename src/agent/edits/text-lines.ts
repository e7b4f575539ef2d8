/** A line without its ending, and the ending: "\n", "\r\n", or "" for a last line that has none. */
export interface Line {
  readonly text: string;
  readonly ending: string;
}

/** Text is exactly the lines joined again, whatever mixture of endings it has. A lone carriage return is an ordinary character. */
export const splitLines = (text: string): Line[] => {
  const lines: Line[] = [];
  for (let at = 0; at < text.length; ) {
    const feed = text.indexOf("\n", at);
    if (feed === -1) {
      lines.push({ text: text.slice(at), ending: "" });
      break;
    }
    const ending = feed > at && text[feed - 1] === "\r" ? "\r\n" : "\n";
    lines.push({ text: text.slice(at, feed + 1 - ending.length), ending });
    at = feed + 1;
  }
  return lines;
};

export const joinLines = (lines: readonly Line[]): string => {
  const parts: string[] = [];
  for (const { text, ending } of lines) parts.push(text, ending);
  return parts.join("");
};

/** The ending that most lines have; "\n" for none. */
export const usualEnding = (lines: readonly Line[]): string => {
  const withReturn = lines.reduce((count, { ending }) => count + (ending === "\r\n" ? 1 : 0), 0);
  const without = lines.reduce((count, { ending }) => count + (ending === "\n" ? 1 : 0), 0);
  return withReturn > without ? "\r\n" : "\n";
};

/** The lines of what a model wrote. A final line break ends the last line and begins no other. */
export const modelLines = (text: string): string[] => splitLines(text).map((line) => line.text);

export const indentOf = (line: string): string => line.slice(0, line.length - line.trimStart().length);

export const isBlank = (line: string): boolean => line.trim() === "";

const byteOrderMark = "\uFEFF";

export const withoutMark = (text: string): { readonly mark: string; readonly text: string } =>
  text.startsWith(byteOrderMark) ? { mark: byteOrderMark, text: text.slice(1) } : { mark: "", text };
