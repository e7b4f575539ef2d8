/** A free sequence as the choice sees it. */
export interface Candidate {
  /** Tokens in its KV state, and how many of them the prompt begins with. */
  readonly length: number;
  readonly shared: number;
  readonly use: "chat" | "infill";
  readonly stateKey: string | null;
  /** It holds what has to be written to the disk before anything else may come in. */
  readonly unsaved: boolean;
  /** Counts up with every use. */
  readonly usedAt: number;
}

/** Whether the prompt goes on with what the sequence holds, rather than having a system prompt in common with it. */
export const continues = ({ shared, length }: Pick<Candidate, "shared" | "length">): boolean =>
  shared > 0 && shared >= length / 2;

const best = <T extends Candidate>(candidates: readonly T[], stateKey: string | null): T | undefined =>
  candidates.toSorted(
    (left, right) =>
      right.shared - left.shared ||
      Number(right.stateKey === stateKey) - Number(left.stateKey === stateKey) ||
      left.usedAt - right.usedAt,
  )[0];

/**
 * The sequence that costs least: one that the prompt continues, else an empty one, else one that needs no saving, else
 * any; of these the one that shares most, the least recently used of equals. Infill stays in its own sequence, so that typing does not push conversations out.
 */
export const chooseSequence = <T extends Candidate>(
  free: readonly T[],
  { use, stateKey }: Pick<Candidate, "use" | "stateKey">,
): T | undefined => {
  const own = free.filter((candidate) => candidate.use === use && candidate.length > 0);
  return (
    best(own.filter(continues), stateKey) ??
    (use === "infill" ? best(own, null) : undefined) ??
    free.find((candidate) => candidate.length === 0) ??
    best(
      own.filter(({ unsaved }) => !unsaved),
      stateKey,
    ) ??
    best(free, stateKey)
  );
};
