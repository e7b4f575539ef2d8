// Which file a block of a message is for: its path stands above the block, alone on a line or on the opening fence.

export const usualFence = "```";

const linesAbove = 3;

/** The path above the line with that index; null for none. Looks up only while the lines are fences. */
export const pathAbove = (lines: readonly string[], at: number, fence: string): string | null => {
  const candidates: string[] = [];
  for (const line of lines.slice(Math.max(0, at - linesAbove), at).toReversed()) {
    const path = pathIn(line, fence);
    if (path !== "") candidates.push(path);
    if (!line.startsWith(fence) && !line.startsWith(usualFence)) break;
  }
  return candidates.find((path) => path.includes(".")) ?? candidates[0] ?? null;
};

/** What a line says without what people and models put around a path; "" when it says nothing. */
const pathIn = (line: string, fence: string): string => {
  const text = line.trim();
  if (text === "...") return "";
  const opening = [fence, usualFence].find((mark) => text.startsWith(mark));
  if (opening !== undefined) {
    const rest = text.slice(opening.length);
    return /[./]/.test(rest) ? rest : "";
  }
  return strip(text.replace(/:+$/, "").replace(/^#+/, "").trim());
};

const strip = (text: string): string => {
  const isSign = (at: number): boolean => text[at] === "`" || text[at] === "*";
  let from = 0;
  let to = text.length;
  while (from < to && isSign(from)) from++;
  while (to > from && isSign(to - 1)) to--;
  return text.slice(from, to);
};
