const share = (pattern: RegExp, text: string): number => count(pattern, text) / Math.max(1, text.length);
const count = (pattern: RegExp, text: string): number => text.match(pattern)?.length ?? 0;
const has = (pattern: RegExp, text: string): number => (pattern.test(text) ? 1 : 0);
/** 0 for none, 1 for very many. */
const many = (amount: number): number => Math.min(1, Math.log2(1 + amount) / 5);

type Measure = (text: string, length: number) => number;

/** From `low` to `high` characters on a logarithmic scale: 0 below, 1 above. Several of them draw a curve. */
const lengthRamp =
  (low: number, high: number): Measure =>
  (_text, length) =>
    Math.min(1, Math.max(0, Math.log(Math.max(1, length) / low) / Math.log(high / low)));

/** Measures of a text's shape, each 0..1, in the order of the weight table. Changing this list needs a new training. */
const measures: Readonly<Record<string, Measure>> = {
  lengthTo20: lengthRamp(4, 20),
  lengthTo50: lengthRamp(20, 50),
  lengthTo120: lengthRamp(50, 120),
  lengthTo300: lengthRamp(120, 300),
  lengthTo800: lengthRamp(300, 800),
  lengthTo2000: lengthRamp(800, 2000),
  lengthTo10000: lengthRamp(2000, 10_000),
  lines: (text) => many(count(/\n/g, text)),
  paragraphs: (text) => many(count(/\n\s*\n/g, text)),
  digits: (text) => Math.min(1, 4 * share(/\d/g, text)),
  numbers: (text) => many(count(/\d+/g, text)),
  capitals: (text) => Math.min(1, 4 * share(/\p{Lu}/gu, text)),
  codeSigns: (text) => Math.min(1, 8 * share(/[{}[\]();=<>_$#\\]/g, text)),
  fence: (text) => has(/```/, text),
  ticks: (text) => has(/`[^`\n]+`/, text),
  indented: (text) => many(count(/\n[ \t]{2,}\S/g, text)),
  paths: (text) => many(count(/[\w.-]\/[\w.-]|\w\\\w/g, text)),
  fileNames: (text) =>
    many(
      count(
        /\b\w+\.(?:[cm]?[jt]sx?|py|rs|go|java|c|h|cc|cpp|cs|rb|php|sh|json|ya?ml|toml|md|txt|html|css|sql|ipynb|log|csv)\b/g,
        text,
      ),
    ),
  camelCase: (text) => many(count(/\b[a-z]+[A-Z]\w*/g, text)),
  snakeCase: (text) => many(count(/\b[a-z0-9]+_[a-z0-9_]+/gi, text)),
  calls: (text) => many(count(/\w\(/g, text)),
  urls: (text) => has(/https?:\/\//, text),
  sums: (text) => many(count(/\d\s*[-+*/^×÷=]\s*\(?\d/g, text)),
  money: (text) => many(count(/[$€£]\d|\d%/g, text)),
  latex: (text) => many(count(/\\[a-z]+|\$[^$\n]+\$|[_^]\{/gi, text)),
  mathSigns: (text) => many(count(/[∑∏∫√∞≤≥≠±π²³∈∀∃⊂∪∩]/gu, text)),
  variables: (text) => many(count(/\b[xyznk]\b/g, text)),
  questions: (text) => many(count(/\?/g, text)),
  endsAsking: (text) => has(/\?\s*$/, text),
  endsWithStop: (text) => has(/\.\s*$/, text),
  startsLower: (text) => has(/^\s*\p{Ll}/u, text),
  startsWithSign: (text) => has(/^\s*[/@#]\w/, text),
  choices: (text) => many(count(/(?:^|\n)\s*\(?[A-E][.)]\s/g, text)),
  listItems: (text) => many(count(/\n\s*(?:[-*•]|\d+[.)])\s/g, text)),
  quotes: (text) => many(count(/["“”]/g, text)),
  shellPrompt: (text) => has(/(?:^|\n)\s*[$>] \w/, text),
  errors: (text) => has(/Traceback|\b\w*(?:Error|Exception)\b|\bat \S+:\d+/, text),
  otherScripts: (text) => share(/[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/gu, text),
  accents: (text) => Math.min(1, 10 * share(/[\u00c0-\u024f]/g, text)),
};

const ordered = Object.values(measures);

/** The names of the measures, in order. */
export const measureNames: readonly string[] = Object.keys(measures);

/** How many measures there are. */
export const denseCount = ordered.length;

/** The measures of a bounded text; `length` is that of the whole text, in UTF-16 units. */
export const readDense = (bounded: string, length: number): readonly number[] =>
  ordered.map((measure) => measure(bounded, length));
