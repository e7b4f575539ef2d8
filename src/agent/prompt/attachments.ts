/** Names of languages as models know them in code fences; others keep the editor's identifier. */
const fenceNames: Record<string, string> = {
  typescript: "ts",
  typescriptreact: "tsx",
  javascript: "js",
  javascriptreact: "jsx",
  python: "py",
  shellscript: "sh",
  csharp: "cs",
  plaintext: "",
};

export const fenceName = (languageId: string): string => fenceNames[languageId] ?? languageId.replace(/[^\w+#.-]/g, "");

/** A fence longer than any run of back-ticks inside, so that the text cannot end it. */
export const fenceFor = (text: string): string => {
  let longest = 2;
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length);
  return "`".repeat(longest + 1);
};

/** The text between two fences. */
export const fenced = (text: string, language: string): string => {
  const fence = fenceFor(text);
  return `${fence}${language}\n${text.replace(/\n$/, "")}\n${fence}`;
};
