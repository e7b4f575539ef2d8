/**
 * The lines of a text that comes in pieces, without their ends (\n or \r\n). Only these end a line: JSON texts may contain
 * the other separators of Unicode, at which Node's readline breaks them.
 */
export async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let begun = "";
  for await (const piece of pieces) {
    const [first = "", ...more] = piece.split("\n");
    begun += first;
    for (const next of more) {
      yield withoutReturn(begun);
      begun = next;
    }
  }
  if (begun !== "") yield withoutReturn(begun);
}

const withoutReturn = (line: string): string => (line.endsWith("\r") ? line.slice(0, -1) : line);
