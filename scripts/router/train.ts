// Trains the router's classifier and writes models/router: npm run router:train -- --cases FILE
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { encodeWeights } from "../../src/agent/router/classifier/weights.ts";
import { writeCard } from "./card.ts";
import { ownExamples, readCases } from "./dataset.ts";
import { quantise } from "./export.ts";
import { writeMetrics } from "./metrics.ts";
import { ownTexts } from "./own-texts.ts";
import { recipes, trainHead } from "./recipe.ts";
import { plotReliability } from "./reliability-plot.ts";
import { measureRecipes } from "./results.ts";

const { values } = parseArgs({ options: { cases: { type: "string" } } });
if (values.cases === undefined) throw new Error("--cases FILE is missing: JSON lines with text, domain, source …");
const cases = readCases(values.cases);
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
writeFileSync(join(folder, "metrics.json"), writeMetrics(results, values.cases, cases.length));
writeFileSync(join(folder, "reliability.svg"), plotReliability(bins));
writeFileSync(join(folder, "CARD.md"), writeCard(results, cases, { own: own.length, bytes: weights.length }));
