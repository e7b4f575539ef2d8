import { Domain } from "../../protocol/routing.ts";
import type { TrackRecord } from "../../protocol/run.ts";
import type { Turn } from "../../protocol/session.ts";
import type { Check } from "../../protocol/verdict.ts";

/** One answer: how sure it was said to be, 0..1, and whether it was right. */
interface Settled {
  readonly domain: Domain;
  readonly said: number;
  readonly right: boolean;
}

const binCount = 10;

/** Kinds of checks that can leave no doubt: what they look at is computed or run. */
const settling: readonly Check["kind"][] = ["arithmetic", "tests"];

/** Answers that came with a confidence and of which it is known whether they were right, in bins of a tenth. */
export const trackRecordOf = (turns: readonly Turn[]): TrackRecord => {
  const settled = turns.flatMap(settledOf);
  const inBin = (bin: number) => settled.filter(({ said }) => binOf(said) === bin);
  return {
    count: settled.length,
    bins: Array.from({ length: binCount }, (_, bin) => summed(inBin(bin))).filter(({ count }) => count > 0),
    byDomain: Domain.options
      .map((domain) => ({ domain, ...summed(settled.filter((one) => one.domain === domain)) }))
      .filter(({ count }) => count > 0),
  };
};

const binOf = (said: number): number => Math.min(binCount - 1, Math.floor(said * binCount));

const settledOf = ({ verdicts, feedback, routing }: Turn): Settled[] => {
  const verdict = verdicts.findLast(({ subject, confidence }) => subject === "answer" && confidence !== null);
  const right = feedback?.helpful ?? settledBy(verdict?.checks ?? []);
  if (!verdict || verdict.confidence === null || right === null) return [];
  return [{ domain: routing?.domain ?? "general", said: verdict.confidence, right }];
};

/**
 * Wrong is what one of them shows to be wrong; what only makes a mistake likely does not. Right is what one kind proves:
 * everything of it passed and nothing was left open, as for the evidence. null: nothing settles it.
 */
const settledBy = (checks: readonly Check[]): boolean | null => {
  const found = checks.filter(({ kind }) => settling.includes(kind));
  if (found.some(({ outcome, sure }) => outcome === "failed" && sure !== false)) return false;
  const proves = (of: Check["kind"]): boolean => {
    const ofKind = found.filter(({ kind }) => kind === of);
    return ofKind.length > 0 && ofKind.every(({ outcome }) => outcome === "passed");
  };
  return settling.some(proves) || null;
};

const summed = (some: readonly Settled[]) => {
  const count = some.length;
  const mean = (values: readonly number[]): number =>
    count === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / count;
  return { said: mean(some.map(({ said }) => said)), right: mean(some.map(({ right }) => Number(right))), count };
};
