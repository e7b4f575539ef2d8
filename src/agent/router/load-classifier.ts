import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Ports } from "../ports/ports.ts";
import type { Classifier } from "./classifier/classified.ts";
import { createClassifier } from "./classifier/classifier.ts";

/** The trained classifier, and what its weights are known by; or why there is none. */
export interface LoadedClassifier {
  readonly classifier: Classifier;
  readonly path: string;
  /** SHA-256 of the weights, as hex; null: they could not be used. */
  readonly weights: string | null;
  /** null: nothing is wrong. */
  readonly problem: string | null;
}

/**
 * Reads the weights that come with Trivium. Without them the router goes on with its rules and its default: the
 * classifier then throws, which the router takes as "does not know".
 */
export const loadClassifier = async ({
  files,
  places,
  log,
}: Pick<Ports, "files" | "places" | "log">): Promise<LoadedClassifier> => {
  const path = join(places.bundledModels, "router", "weights.bin");
  try {
    const bytes = await files.readBytes(path);
    const classifier = createClassifier(bytes);
    return { classifier, path, weights: createHash("sha256").update(bytes).digest("hex"), problem: null };
  } catch (error) {
    log.error(`the router's weights ${path}`, error);
    const problem = error instanceof Error ? error.message : String(error);
    const classify = (): never => {
      throw new Error(problem);
    };
    return { classifier: { threshold: 1, classify }, path, weights: null, problem };
  }
};
