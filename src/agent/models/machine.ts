import type { Tier } from "../../protocol/model-catalog.ts";
import type { Machine } from "../../protocol/models.ts";
import type { HardwareFacts } from "../ports/hardware.ts";

/** A graphics processor as the model host sees it. */
export interface GraphicsProcessor {
  readonly name: string;
  readonly totalBytes: number;
}

const gib = 2 ** 30;

/**
 * Least memory of each tier. Well below the round number: firmware and graphics keep a part, so that "16 GB" are often
 * 15.3, and machines with 12 or 24 GB belong to the tier that they can serve.
 */
const least = {
  "16gb": 13 * gib,
  "32gb": 26 * gib,
  gpu: 7 * gib,
  serverGpu: 38 * gib,
  serverMemory: 120 * gib,
  serverCores: 16,
};

/** These use the machine's own memory: they make it faster, not larger. */
const sharesMemory = ({ platform }: HardwareFacts, { name }: GraphicsProcessor): boolean =>
  platform === "darwin" ||
  /\b(apple|uhd|iris|adreno|mali|llvmpipe)\b|radeon(\(tm\))? (vega )?(\d+m? )?graphics|hd graphics/i.test(name);

const tierOf = (facts: HardwareFacts, gpu: GraphicsProcessor | null): Tier => {
  const own = gpu && !sharesMemory(facts, gpu) ? gpu.totalBytes : 0;
  if (own >= least.serverGpu) return "server";
  if (facts.memoryBytes >= least.serverMemory && facts.cores >= least.serverCores) return "server";
  if (own >= least.gpu) return "gpu";
  if (facts.memoryBytes >= least["32gb"]) return "32gb";
  return facts.memoryBytes >= least["16gb"] ? "16gb" : "8gb";
};

/** The machine with its tier. `gpu` is null when there is none, or when it is switched off. */
export const machineOf = (facts: HardwareFacts, gpu: GraphicsProcessor | null): Machine => ({
  platform: facts.platform,
  processor: facts.processor,
  cores: facts.cores,
  memoryBytes: facts.memoryBytes,
  gpu: gpu?.name ?? null,
  tier: tierOf(facts, gpu),
});
