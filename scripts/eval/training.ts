// What the training of the router's classifier says of itself: on which file it was trained, and how well it does on texts
// that it did not see. Its answers on the file itself are no proof of anything.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { parseJson } from "../../src/protocol/rpc.ts";
import { root } from "../bootstrap.mjs";
import type { Metric } from "./suite.ts";

const Training = z.object({
  /** SHA-256 of the file of cases, in hex. */
  trainedOn: z.string(),
  /** How many texts. */
  n: z.number(),
  /** By the metric's name; from models that each saw four fifths of the texts and answered the others. */
  crossValidated: z.record(z.string(), z.number()),
});

export interface TrainingReport {
  readonly trainedOn: string;
  readonly n: number;
  readonly metrics: readonly Metric[];
}

const usualFile = join(root, "models", "router", "metrics.json");

/** null: the training left no report. */
export const readTraining = (file = usualFile): TrainingReport | null => {
  if (!existsSync(file)) return null;
  const parsed = parseJson(Training, readFileSync(file, "utf8"));
  if (!parsed.ok) throw new Error(`${file}: ${parsed.issues.join("; ")}`);
  const { trainedOn, n, crossValidated } = parsed.value;
  const metrics = Object.entries(crossValidated).map(
    ([name, value]): Metric => ({ name, value, better: /error/.test(name) ? "lower" : "higher", tolerance: 0.01 }),
  );
  return { trainedOn, n, metrics };
};

export const sha256 = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("hex");
