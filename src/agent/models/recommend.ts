import { type MemoryFit, type MemoryNeed, reserveOf } from "../../protocol/memory.ts";
import { type CatalogFile, type CatalogModel, Tier } from "../../protocol/model-catalog.ts";
import type { AvailableModel, Machine } from "../../protocol/models.ts";
import type { RoleName } from "../../protocol/profile.ts";
import { guessAbilities } from "./capability-guess.ts";

/** What a file of a catalogue model takes at its default context; null when that is not known. */
export type MemoryNeedOf = (model: CatalogModel, file: CatalogFile) => MemoryNeed | null;

/** Up to this share of what is left, an editor and a browser stay usable beside it. */
const comfortable = 0.75;
/** With this share of the usual context a model is still useful. */
const shortestContext = 0.25;

const fitOf = (need: MemoryNeed, { memoryBytes }: Machine): MemoryFit => {
  const usable = memoryBytes - reserveOf(memoryBytes);
  if (need.totalBytes <= usable * comfortable) return "fits";
  return need.totalBytes - need.kvBytes * (1 - shortestContext) <= usable ? "tight" : "exceeds";
};

/** Best first. On a processor every byte costs time; below 2 billion parameters quality suffers sooner than speed. */
const fourBitsFirst = [
  "Q4_K_M",
  "MXFP4",
  "Q5_K_M",
  "Q4_K_S",
  "Q4_K_L",
  "IQ4_XS",
  "IQ4_NL",
  "Q4_0",
  "Q5_K_S",
  "Q6_K",
  "Q8_0",
];
const manyBitsFirst = [
  "Q8_0",
  "Q6_K",
  "MXFP4",
  "Q5_K_M",
  "Q5_K_S",
  "Q4_K_M",
  "Q4_K_S",
  "Q4_K_L",
  "IQ4_XS",
  "IQ4_NL",
  "Q4_0",
];
const smallModel = 2e9;

const coarse = (quantisation: string): boolean => /^(UD-)?I?Q[123]|^TQ/i.test(quantisation);

interface Fitted {
  readonly index: number;
  readonly need: MemoryNeed | null;
  readonly fit: MemoryFit | null;
  readonly rank: readonly number[];
}

/** Compares element by element; what is smaller stands first. */
const byRank = (a: { rank: readonly number[] }, b: { rank: readonly number[] }): number => {
  for (const [at, value] of a.rank.entries()) {
    const other = b.rank[at] ?? 0;
    if (value !== other) return value < other ? -1 : 1;
  }
  return 0;
};

/** Less than four bits only where nothing finer can be had; what is not known after what can be used. */
const usefulness = (fit: MemoryFit | null, quantisation: string): number => {
  if (fit === null) return 4;
  if (fit === "exceeds") return 5;
  return (fit === "fits" ? 0 : 1) + (coarse(quantisation) ? 2 : 0);
};

const fitted = (model: CatalogModel, machine: Machine, memoryNeedOf: MemoryNeedOf): Fitted | null => {
  const parameters = model.parameters ?? Number.POSITIVE_INFINITY;
  const roomy = parameters <= smallModel || machine.tier === "gpu" || machine.tier === "server";
  const preferred = roomy ? manyBitsFirst : fourBitsFirst;
  const files = model.files.map((file, index): Fitted => {
    const need = memoryNeedOf(model, file);
    const fit = need && fitOf(need, machine);
    const wish = preferred.indexOf(file.quantisation.toUpperCase());
    const useful = usefulness(fit, file.quantisation);
    // Of files that are all too large, the smallest is the least wrong.
    const size = fit === "exceeds" ? (need?.totalBytes ?? 0) : 0;
    return { index, need, fit, rank: [useful, size, wish === -1 ? preferred.length : wish, index] };
  });
  return files.sort(byRank)[0] ?? null;
};

/** Licences that allow nearly everything, as their usual short names begin. */
const permissive = (licence: string | null): boolean =>
  /^(apache|mit\b|bsd|isc\b|cc0|cc-by-4|unlicense)/i.test(licence ?? "");

const goals: readonly {
  best: NonNullable<AvailableModel["best"]>;
  role: RoleName;
  weights: Partial<Record<"code" | "math" | "general", number>>;
}[] = [
  { best: "start", role: "answerer", weights: { general: 3, code: 2 } },
  { best: "code", role: "coder", weights: { code: 1 } },
  { best: "math", role: "mathematician", weights: { math: 1 } },
];

/** Mean of the abilities in question, from the catalogue or else from a guess. */
const meritFor = ({ model, file }: AvailableModel, weights: (typeof goals)[number]["weights"]): number => {
  const { name, parameters } = model;
  const guess = guessAbilities({ name, parameters, bytes: model.files[file ?? 0]?.sizeBytes ?? null });
  return (["code", "math", "general"] as const).reduce(
    (sum, name) => sum + (weights[name] ?? 0) * (model.priors[name] ?? guess[name]),
    0,
  );
};

/** How far below the machine's tier the highest tier is that the model is for; null when it is for larger machines. */
const tiersBelow = (model: CatalogModel, machine: Machine): number | null => {
  const below = model.tiers.map((tier) => Tier.options.indexOf(machine.tier) - Tier.options.indexOf(tier));
  const suitable = below.filter((distance) => distance >= 0);
  return suitable.length === 0 ? null : Math.min(...suitable);
};

/** What one core reads from memory in a second, up to as many cores as the memory feeds: measured machines differ by half. */
const bytesPerCore = 10e9;
const fedCores = 5;
/** Slower than people read. */
const patientTokensPerSecond = 5;

/** Every token reads all weights once, so without a graphics processor their size decides the speed. */
const isSlow = ({ need }: AvailableModel, { gpu, cores }: Machine): boolean =>
  gpu === null && (need?.weightsBytes ?? 0) * patientTokensPerSecond > Math.min(cores, fedCores) * bytesPerCore;

const pick = (
  models: readonly AvailableModel[],
  machine: Machine,
  goal: (typeof goals)[number],
): AvailableModel | null => {
  const ranked = models.flatMap((available) => {
    const { model, fit, file } = available;
    const distance = tiersBelow(model, machine);
    if (file === null || fit === "exceeds" || distance === null || !model.roles.includes(goal.role)) return [];
    const rank = [
      fit === "fits" ? 0 : fit === "tight" ? 1 : 2,
      isSlow(available, machine) ? 1 : 0,
      distance,
      permissive(model.licence.name) ? 0 : 1,
      -meritFor(available, goal.weights),
      available.need?.totalBytes ?? 0,
    ];
    return [{ available, rank }];
  });
  return (
    ranked.sort((a, b) => byRank(a, b) || (a.available.model.id < b.available.model.id ? -1 : 1))[0]?.available ?? null
  );
};

const shownFirst = (available: AvailableModel): readonly number[] => [
  available.best === null ? goals.length : goals.findIndex(({ best }) => best === available.best),
  available.fit === "fits" ? 0 : available.fit === "tight" ? 1 : available.fit === null ? 2 : 3,
];

/**
 * The catalogue for this machine: each model with the file that suits it, and at most one model each marked as the best
 * to start with, for code and for maths. Those come first, then what fits; otherwise in the catalogue's order.
 */
export const recommend = (
  catalog: readonly CatalogModel[],
  machine: Machine,
  memoryNeedOf: MemoryNeedOf,
): AvailableModel[] => {
  const plain = catalog.map((model): AvailableModel => {
    const chosen = fitted(model, machine, memoryNeedOf);
    return { model, file: chosen?.index ?? null, need: chosen?.need ?? null, fit: chosen?.fit ?? null, best: null };
  });
  const best = new Map<AvailableModel, AvailableModel["best"]>();
  for (const goal of goals) {
    const found = pick(
      plain.filter((available) => !best.has(available)),
      machine,
      goal,
    );
    if (found) best.set(found, goal.best);
  }
  return plain
    .map((available) => ({ ...available, best: best.get(available) ?? null }))
    .sort((a, b) => byRank({ rank: shownFirst(a) }, { rank: shownFirst(b) }));
};
