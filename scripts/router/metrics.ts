import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Results } from "./results.ts";

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;

/**
 * models/router/metrics.json: which file was trained on, and how well models did that never saw the cases they judged, under
 * the names of `npm run eval`.
 */
export const writeMetrics = (results: Results, casesFile: string, n: number): string => {
  const { domain, leftOut, calibration, complexity, needsTools } = results;
  const crossValidated = {
    "domain, macro-recall on core": domain.coreMacro,
    "the same, its whole source left out": leftOut.coreMacro,
    "domain, accuracy": domain.accuracy,
    "coder, recall in ide-chat": domain.ideChat,
    "coder, recall in agent-cli": domain.agentCli,
    "calibration error": calibration.error,
    "accuracy when sure": calibration.sureAccuracy,
    "share of sure ones": calibration.sureCoverage,
    "complexity, balanced accuracy": complexity.macro,
    "needs tools, balanced accuracy": needsTools.macro,
  };
  const numbers = Object.fromEntries(Object.entries(crossValidated).map(([name, value]) => [name, rounded(value)]));
  const trainedOn = createHash("sha256").update(readFileSync(casesFile)).digest("hex");
  return `${JSON.stringify({ trainedOn, n, crossValidated: numbers }, null, 2)}\n`;
};
