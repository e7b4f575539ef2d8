// Numbers about answers. All are NaN when there is nothing to count.

const mean = (values: readonly number[]): number =>
  values.length === 0 ? Number.NaN : values.reduce((sum, value) => sum + value, 0) / values.length;

export const shareOf = <T>(items: readonly T[], holds: (item: T) => boolean): number =>
  mean(items.map((item) => (holds(item) ? 1 : 0)));

/** What was expected and what was said. */
export interface Said {
  readonly expected: string;
  readonly said: string;
}

/** The mean of the recalls of the classes that occur; with two of them, the balanced accuracy. */
export const macroRecall = (pairs: readonly Said[]): number =>
  mean(
    [...new Set(pairs.map(({ expected }) => expected))].map((name) =>
      shareOf(
        pairs.filter(({ expected }) => expected === name),
        ({ said }) => said === name,
      ),
    ),
  );

interface Sure {
  /** 0..1 */
  readonly confidence: number;
  readonly right: boolean;
}

const bins = 10;

/** The expected calibration error, 0..1, over ten bins of the same width (Guo et al. 2017). */
export const calibrationError = (answers: readonly Sure[]): number => {
  if (answers.length === 0) return Number.NaN;
  const byBin = Map.groupBy(answers, ({ confidence }) => Math.min(bins - 1, Math.floor(confidence * bins)));
  const errors = [...byBin.values()].map((bin) => {
    const gap = Math.abs(mean(bin.map(({ confidence }) => confidence)) - shareOf(bin, ({ right }) => right));
    return (gap * bin.length) / answers.length;
  });
  return errors.reduce((sum, error) => sum + error, 0);
};
