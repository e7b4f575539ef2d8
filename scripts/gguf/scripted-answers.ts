/**
 * What the scripted model answers. The latest keyword in the conversation chooses; without one it is the default.
 * Tests compare against these texts, so they are written here once and nowhere else.
 */
export const keywords = ["KW_SHORT", "KW_CODE", "KW_MARKUP", "KW_UNICODE", "KW_JSON", "KW_LONG", "KW_FOREVER"] as const;
export type Keyword = (typeof keywords)[number];

const defaultAnswer = `## Three roads

This answer comes from a *scripted* model. It shows:

- a heading and a list,
- some \`inline code\`,
- and a code block.

\`\`\`ts
export const add = (left: number, right: number): number => {
  return left + right;
};
\`\`\`

Ask again for the same words.`;

const codeAnswer = `\`\`\`ts
function total(items: { price: number; count: number }[]): number {
  let sum = 0;
  for (const item of items) sum += item.price * item.count;
  return Math.round(sum * 100) / 100;
}
\`\`\``;

/** Markup that a view must show as text or drop: raw HTML, a remote picture, links that run something. */
const markupAnswer = `<img src=x onerror="alert(1)"> <script>alert(2)</script>

![picture](https://example.com/pixel.png) [run](command:workbench.action.terminal.new) [open](javascript:alert(3))`;

const unicodeAnswer = "Grüße, 世界! Emoji 👩‍💻 and 🇪🇺, accents é, Greek λόγος.";

const jsonAnswer = '{"path": "specialised", "models": ["coder"], "confidence": 0.91}';

/** Words with the white space before them: tokens as a real tokenizer would cut them, more or less. */
const words = (answer: string): string[] => answer.match(/\s*\S+|\s+$/g) ?? [];

const longLines = 400;
const longAnswer = Array.from({ length: longLines }, (_, i) => {
  const number = `${i + 1}`.padStart(4, "0");
  return [`${i > 0 ? "\n" : ""}line ${number}:`, ` red ${number},`, ` green ${number},`, ` blue ${number}.`];
}).flat();

/** One round of the answer that never ends. */
const foreverRound: readonly string[] = Array.from({ length: 20 }, (_, i) => `round and round, step ${i + 1};\n`);

/** One answer as the pieces that become its tokens, in order. An endless one begins again after the last. */
export interface ScriptedAnswer {
  readonly keyword: Keyword | null;
  readonly pieces: readonly string[];
  readonly endless: boolean;
}

const finite = (keyword: Keyword | null, pieces: readonly string[]): ScriptedAnswer => ({
  keyword,
  pieces,
  endless: false,
});

export const scriptedAnswers: readonly ScriptedAnswer[] = [
  finite(null, words(defaultAnswer)),
  finite("KW_SHORT", words("Short answer.")),
  finite("KW_CODE", words(codeAnswer)),
  finite("KW_MARKUP", words(markupAnswer)),
  finite("KW_UNICODE", words(unicodeAnswer)),
  finite("KW_JSON", words(jsonAnswer)),
  finite("KW_LONG", longAnswer),
  { keyword: "KW_FOREVER", pieces: foreverRound, endless: true },
];

const infillAnswer = "left + right;";

/** What goes between any prefix and suffix. */
export const scriptedInfill: readonly string[] = words(infillAnswer);

/** The exact texts to compare with. `KW_FOREVER` is one round; the model repeats it until it is stopped. */
export const expectedAnswers: Readonly<Record<Keyword | "default" | "infill", string>> = {
  default: defaultAnswer,
  KW_SHORT: "Short answer.",
  KW_CODE: codeAnswer,
  KW_MARKUP: markupAnswer,
  KW_UNICODE: unicodeAnswer,
  KW_JSON: jsonAnswer,
  KW_LONG: longAnswer.join(""),
  KW_FOREVER: foreverRound.join(""),
  infill: infillAnswer,
};
