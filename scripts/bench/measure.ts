// What a measurement is: several values of one quantity, and what they should be.

export interface Target {
  readonly is: "at most" | "at least";
  readonly value: number;
}

/** `name` is the key in the baseline. No values: it could not be measured here, and `note` says why. */
export interface Measure {
  readonly name: string;
  readonly unit: string;
  readonly values: readonly number[];
  readonly target?: Target;
  readonly note?: string;
}

export interface Group {
  readonly name: string;
  readonly what: string;
  /** Rejects when something could not be measured that should have been. */
  readonly run: () => Promise<Measure[]>;
}

export const atMost = (value: number): Target => ({ is: "at most", value });
export const atLeast = (value: number): Target => ({ is: "at least", value });

/** The middle value; NaN of none. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The value that the given share of the values does not pass; between two neighbours it is interpolated. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const low = sorted[Math.floor(at)] ?? Number.NaN;
  const high = sorted[Math.ceil(at)] ?? Number.NaN;
  return low + (high - low) * (at % 1);
};

/** Whether the median meets the target. */
export const meets = (value: number, target: Target): boolean =>
  target.is === "at most" ? value <= target.value : value >= target.value;

/** Milliseconds since 1970 with fractions, comparable between the processes of one machine. */
export const now = (): number => performance.timeOrigin + performance.now();

/** Rejects after `ms`, so that a measurement which hangs ends with its name. */
export const within = async <T>(ms: number, what: string, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} took longer than ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
};
