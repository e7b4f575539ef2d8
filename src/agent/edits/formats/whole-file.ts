// A file written anew, as it is or in a fenced block with its name above.
import { type ParsedEdits, problem } from "../edit.ts";
import { usualFence } from "./path-line.ts";

/** The text without a first line that names the file and without the fence around it. */
export const unfenced = (text: string, path: string | null): string => {
  const lines = text.split("\n");
  const name = path?.split(/[\\/]/).at(-1);
  const from = name !== undefined && lines[0]?.trim().endsWith(name) ? 1 : 0;
  const to = lines.at(-1)?.trim() === "" ? lines.length - 1 : lines.length;
  if (!lines[from]?.startsWith(usualFence) || !lines[to - 1]?.startsWith(usualFence) || to - 1 <= from)
    return from === 0 ? text : lines.slice(from).join("\n");
  return lines
    .slice(from + 1, to - 1)
    .map((line) => `${line}\n`)
    .join("");
};

/** An edit that writes the whole file. */
export const readWholeFile = (text: string, path: string | null): ParsedEdits => {
  const content = unfenced(text, path);
  if (content.trim() === "") return problem("no-edits", "The message holds no text for the file.");
  return { ok: true, edits: [{ kind: "write", path, text: content }] };
};
