// Trains the router's classifier and writes models/router. Exit codes: 0 done, 1 the cases cannot be used, 2 used wrongly.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { encodeWeights } from "../../src/agent/router/classifier/weights.ts";
import { writeCard } from "./card.ts";
import { type Example, ownExamples, readCases } from "./dataset.ts";
import { quantise } from "./export.ts";
import { writeMetrics } from "./metrics.ts";
import { ownTexts } from "./own-texts.ts";
import { recipes, trainHead } from "./recipe.ts";
import { plotReliability } from "./reliability-plot.ts";
import { measureRecipes } from "./results.ts";

const usage = `npm run -s router:train -- --cases FILE
Trains the router's classifier on FILE and on texts of our own, and writes models/router: the weights, their card and numbers.
FILE holds lines of JSON: {"text", "domain": "coder"|"math"|"general", "complexity": "simple"|"complex"|null,
"needs_tools": true|false|null, "style", "source", "licence", "core": true|false}.`;

const stop = (words: string, exitCode: 1 | 2): never => {
  console.error(words);
  process.exit(exitCode);
};

const readOptions = (): { readonly cases?: string; readonly help: boolean } => {
  try {
    const help = { type: "boolean", short: "h", default: false } as const;
    return parseArgs({ options: { cases: { type: "string" }, help } }).values;
  } catch (error) {
    return stop(`${wordsOf(error)}\n${usage}`, 2);
  }
};

const readExamples = (file: string): readonly Example[] => {
  try {
    return readCases(file);
  } catch (error) {
    return stop(wordsOf(error), 1);
  }
};

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const options = readOptions();
if (options.help) {
  console.log(usage);
  process.exit(0);
}
const file = options.cases ?? stop(`--cases FILE is missing.\n${usage}`, 2);
const cases = readExamples(file);
const own = ownExamples(ownTexts);

const results = measureRecipes(cases, own);
const { bins, bySource, ...numbers } = results;
console.log(JSON.stringify(numbers, null, 2));
console.table(bySource);
console.table(bins);

const all = [...cases, ...own];
const weights = encodeWeights(
  quantise({
    domain: trainHead(recipes.domain, all),
    complexity: trainHead(recipes.complexity, all),
    needsTools: trainHead(recipes.needsTools, all),
    temperatures: results.temperatures,
    threshold: results.threshold,
  }),
);
const folder = fileURLToPath(new URL("../../models/router", import.meta.url));
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "weights.bin"), weights);
writeFileSync(join(folder, "metrics.json"), writeMetrics(results, file, cases.length));
writeFileSync(join(folder, "reliability.svg"), plotReliability(bins));
writeFileSync(join(folder, "CARD.md"), writeCard(results, cases, { own: own.length, bytes: weights.length }));
