import { denseCount } from "../../src/agent/router/classifier/dense.ts";
import { bucketCount } from "../../src/agent/router/classifier/features.ts";
import { domains, type Example } from "./dataset.ts";
import { type Recipe, recipes } from "./recipe.ts";
import { foldCount, foldSeed, type Results } from "./results.ts";

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const three = (share: number): string => share.toFixed(3);
const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

/** One row for each source: what it is, under which licences, how many cases of which domain. */
const sourceTable = (cases: readonly Example[]): string =>
  table(
    ["source", "licence", ...domains],
    [...Map.groupBy(cases, ({ source }) => source).entries()]
      .sort()
      .map(([source, own]) => [
        source,
        [...new Set(own.map(({ licence }) => licence))].join("; "),
        ...domains.map((_, domain) => own.filter((example) => example.domain === domain).length || ""),
      ]),
  );

const recipeTable = (): string => {
  const all: readonly (readonly [string, Recipe])[] = Object.entries(recipes);
  return table(
    [
      "head",
      "L2 hashed",
      "L2 measures",
      "L2 style",
      "rarity",
      "source evening",
      "class evening",
      "own weight",
      "steps",
    ],
    all.map(([head, recipe]) => [
      head,
      recipe.hashedPenalty,
      recipe.densePenalty,
      recipe.stylePenalty,
      recipe.rarityPower,
      recipe.sourceEvening,
      recipe.classEvening,
      recipe.ownWeight,
      recipe.iterations,
    ]),
  );
};

const goalTable = ({ domain, leftOut, complexity, needsTools, calibration }: Results): string => {
  const row = (what: string, value: number, goal: number): readonly string[] => [
    what,
    three(value),
    `≥ ${goal}`,
    value >= goal ? "yes" : "no",
  ];
  return table(
    ["what", "result", "goal", "met"],
    [
      row("domain: macro recall, core", domain.coreMacro, 0.93),
      row("domain: macro recall, core, the whole source left out", leftOut.coreMacro, 0.86),
      row("coder recall, ide-chat", domain.ideChat, 0.97),
      row("coder recall, agent-cli", domain.agentCli, 0.97),
      row("coder recall, both", domain.workplace, 0.97),
      row(`complexity: balanced accuracy (${complexity.count} cases)`, complexity.macro, 0.77),
      row(`needs tools: balanced accuracy (${needsTools.count} cases)`, needsTools.macro, 0.94),
      [
        "domain: expected calibration error",
        three(calibration.error),
        "≤ 0.03",
        calibration.error <= 0.03 ? "yes" : "no",
      ],
      row("accuracy where the confidence is 0.7 or more", calibration.sureAccuracy, 0.98),
      row("share of such cases", calibration.sureCoverage, 0.85),
    ],
  );
};

/** The model card, from what was measured; it quotes no case. */
export const writeCard = (
  results: Results,
  cases: readonly Example[],
  made: { own: number; bytes: number },
): string => {
  const { domain, leftOut, calibration, threshold, temperatures } = results;
  const recalls = domains.map((name, at) => `${name} ${three(domain.coreRecalls[at] ?? 0)}`).join(", ");
  return `# Router classifier

\`weights.bin\` says of a request: its domain (coder, math, general) with calibrated probabilities, how likely it needs several
steps, how likely it needs tools, and which words decided. It counts features and multiplies; words cannot command it. Written by
\`npm run router:train\`; this card too.

## Data

${cases.length} labelled cases from public sources, as the cases themselves state them; near-duplicates (four fifths of the words in
common) share a fold. Their texts are not in this repository: features are hashed, so the weights hold no vocabulary.

${sourceTable(cases)}

And ${made.own} texts of our own, made by a program from forms and fillers (\`scripts/router/own-texts\`): greetings, thanks, short
questions, other languages, sums, bare code, shell errors, follow-ups, and the same forms over subjects of each domain. They are
trained on and never tested on. Without them a short text counts as code, since in the sources most short texts are typed in an editor.

## Recipe

- The first 3,072 and the last 1,024 characters, NFKC, lower case, digits as 0.
- Words, pairs of words, the first one to three words, and pieces of 2 to 5 characters within runs without spaces; each group
  1 + ln(count), brought to length 1 (the first words to 0.5); hashed with FNV-1a into ${bucketCount} buckets. A character of
  Chinese, Japanese or Thai is a word. What one example alone has is left out. ${denseCount} measures of shape: length, digits, code signs, fences, paths …
- Three linear heads, softmax regression with L2, L-BFGS from zero. No random numbers but the seed ${foldSeed} that deals ${foldCount} folds:
  the same cases give the same bytes. A source of n cases weighs n^(1 − evening), a class likewise.
- Hashed weights as signed square roots of 8 bits, one scale for each head; ${made.bytes} bytes with a CRC-32.

${recipeTable()}

## Results

${foldCount} folds; nothing was judged by a model that had seen it. "Left out": trained without the whole source.

${goalTable(results)}

Domain: accuracy ${three(domain.accuracy)}, on core ${three(domain.coreAccuracy)}; recalls on core: ${recalls}. Left out: accuracy ${three(leftOut.accuracy)},
macro recall over all cases ${three(leftOut.macro)}. The settings of the recipe were chosen by these same numbers, so expect a little less.

## Calibration

Temperatures ${three(temperatures.domain)} (domain), ${three(temperatures.complexity)} (complexity), ${three(temperatures.needsTools)} (needs tools), fitted on scores of folds and folded into the
weights. The error above is cross-fitted: each fold with the temperature of the others; 10 bins. Uncalibrated: ${three(calibration.uncalibrated)}.

![Confidence against accuracy](reliability.svg)

- 98 of 100 are right from a confidence of ${calibration.verySureFrom.toFixed(2)} on, which ${percent(calibration.verySureCoverage)} of the cases reach. A calibrated 0.7 stands for 70 of 100 at
  that very point, and cannot promise 98 above it; lowering every confidence until it does would break the calibration.
- \`threshold\` is ${threshold}: just below it more than one in five is wrong. ${percent(calibration.unsureShare)} of the cases are below; ${percent(calibration.unsureAccuracy)} of those are right.
- Complexity and needs tools weigh both answers alike, so 0.5 is the point of the best balance, not a calibrated probability.

## Where it fails

${table(
  ["style", "cases", "accuracy"],
  results.byStyle.map(({ style, count, accuracy }) => [style, count, three(accuracy)]),
)}

${table(
  ["source", "cases", "accuracy", "left out"],
  results.bySource.map(({ source, count, accuracy, leftOut: out }) => [source, count, three(accuracy), three(out)]),
)}

- **Prompts of real users** (lmarena): mathematics inside physics, finance or programming is taken for the other subject, and the
  labels themselves are debatable there.
- **Orders written by experts** (self-instruct): lists, rewriting, extraction look like orders to a coding agent.
- **Short prompts in an editor** that name nothing of code ("why?", "explain"): general, as they would be outside of one. The caller knows
  whether code is attached; this classifier does not.
- A source of a new kind costs about a tenth of the recall. Languages other than English are known from our own texts alone.
- Complexity is learnt from what a weaker model got wrong and from kinds of data sets: weak evidence, and weakest for chat.
- What needs tools was labelled in few sources: repositories, files and the web against closed-book tasks.

## Training again

\`npm run router:train -- --cases FILE\`, FILE with one JSON object per line: \`text\`, \`domain\`, \`complexity\` (simple, complex, null), \`needs_tools\`
(true, false, null), \`style\`, \`source\`, \`licence\`, \`core\`. A few minutes on two cores. Change the features and the weights must be trained again.
`;
};
