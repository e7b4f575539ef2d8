// What programs print may command a terminal: write the clipboard, hide text, set links. Here it becomes plain text.

/** Begins a string that ends with ST (or BEL, for OSC): OSC, DCS, SOS, PM, APC as ESC and a letter, or as one C1 character. */
const stringStart = /[\]PX^_]/;
const stringStart8 = /[\u009d\u0090\u0098\u009e\u009f]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const stringEnd = /[\u0018\u001a\u001b\u009c]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: a bell ends OSC alone
const oscEnd = /[\u0007\u0018\u001a\u001b\u009c]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const special = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
/** Characters that turn the direction of text, tags that nobody sees, and blanks without width. */
const unseen = /[\u200b\u2060-\u2064\u202a-\u202e\u2066-\u206f\ufeff\u{e0000}-\u{e01ef}]/gu;
const csi = /[0-?]*[ -/]*[@-~]?/y;
const other = /[ -/]*[0-~]?/y;

/**
 * The text of a program's output, for the model and the view: without escape sequences, control characters and what cannot
 * be seen. Only what a terminal would not show is dropped, never what it would hide; a string that never ends stays as text.
 * Linear in the length.
 */
export const terminalText = (output: string): string => {
  const text = output.replaceAll("\r\n", "\n");
  let plain = "";
  let at = 0;
  for (special.lastIndex = 0; ; special.lastIndex = at) {
    const found = special.exec(text);
    if (!found) break;
    plain += text.slice(at, found.index);
    if (found[0] === "\r") plain += "\n";
    at = behind(text, found.index);
  }
  return (plain + text.slice(at)).replace(unseen, "");
};

/** The end of the sequence, or of the lone character, that begins at `start`. */
const behind = (text: string, start: number): number => {
  const first = text[start] ?? "";
  if (first === "\u001b") {
    const second = text[start + 1] ?? "";
    if (second === "[") return matchEnd(csi, text, start + 2);
    if (stringStart.test(second)) return endOfString(text, start + 2, second === "]" ? oscEnd : stringEnd);
    return second === "\u001b" ? start + 1 : matchEnd(other, text, start + 1);
  }
  if (first === "\u009b") return matchEnd(csi, text, start + 1);
  if (!stringStart8.test(first)) return start + 1;
  return endOfString(text, start + 1, first === "\u009d" ? oscEnd : stringEnd);
};

const matchEnd = (pattern: RegExp, text: string, from: number): number => {
  pattern.lastIndex = from;
  return from + (pattern.exec(text)?.[0].length ?? 0);
};

/** An escape that is not the end of the string begins another sequence, as in terminals. */
const endOfString = (text: string, from: number, ends: RegExp): number => {
  ends.lastIndex = from;
  const end = ends.exec(text);
  if (!end) return from;
  if (end[0] === "\u001b") return text[end.index + 1] === "\\" ? end.index + 2 : end.index;
  return end.index + 1;
};

/** For a question that is answered by a person: everything is there, and what cannot be seen is written as `\u{1b}`. */
export const visibleText = (text: string): string => text.replace(special, written).replace(unseen, written);

const written = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
