/** Decides by measuring how many threads generate; see docs/adr/0007-threads.md for the numbers behind it. */
export interface ThreadGovernor {
  /** To be used for the next tokens. */
  readonly threads: number;
  /** The best known; what `threads` tries beside it is left out. */
  readonly settled: number;
  /**
   * Takes what was just measured with `threads`: one token or several, and the milliseconds they took together.
   * Returns the threads to use from now on. Call it as often as you like; one call for each token notices a collapse first.
   */
  measured(tokens: number, ms: number): number;
}

/** Rates are compared over windows; shorter ones are mostly the scheduler's noise. */
const isWindow = ({ tokens, ms }: Sample): boolean => (tokens >= 4 && ms >= 100) || (tokens >= 1 && ms >= 300);

/** The rate of now is the mean of this many windows, and a trial begins after the smaller number. */
const rememberedWindows = 8;
const windowsBeforeTrial = 3;
/** A trial that is still undecided after this many windows is between equals: the better mean wins. */
const trialWindows = 10;
/** More threads take cores from other programs, so they must be better by this much. */
const worthwhile = 0.01;

/** Trials may cost this share of all time. */
const trialBudget = 0.02;
const shortestPauseMs = 2000;
const longestPauseMs = 32_000;

interface Sample {
  readonly tokens: number;
  readonly ms: number;
}

/** Tokens per millisecond. */
const rateOf = (samples: readonly Sample[]): number => {
  const ms = samples.reduce((sum, sample) => sum + sample.ms, 0);
  return samples.reduce((sum, sample) => sum + sample.tokens, 0) / Math.max(ms, 1e-6);
};

/** Too slow to be chance: nobody waits for the end of a window then. */
const collapsed = ({ tokens, ms }: Sample, expected: number): boolean => {
  const share = tokens / Math.max(ms, 1e-6) / expected;
  return share < 0.25 || (tokens >= 2 && share < 0.5);
};

type Verdict = "better" | "worse" | "undecided";

/** A difference counts when it is about twice what chance makes of this many windows. */
const judge = (trial: readonly Sample[], settled: number, leastGain: number): Verdict => {
  const gain = rateOf(trial) / settled - 1;
  const margin = 0.25 / Math.sqrt(trial.length);
  if (gain > Math.max(margin, leastGain)) return "better";
  if (gain < -margin) return "worse";
  if (trial.length < trialWindows) return "undecided";
  return gain > leastGain ? "better" : "worse";
};

/**
 * Climbs towards the number of threads, 1 to `cores`, that generates fastest at the moment.
 * llama.cpp's threads wait for each other by spinning, so one thread more than there are free cores makes generation
 * many times slower, and one fewer costs little. Therefore it begins in the middle, leaves a collapse after a token or two by
 * halving, and tries upwards in rounds whose pauses grow with what the last round cost.
 */
export const createThreadGovernor = ({ cores }: { readonly cores: number }): ThreadGovernor => {
  const most = Math.max(1, Math.floor(cores));
  let settled = Math.max(1, Math.floor(most / 2));
  let recent: Sample[] = [];
  let slow = 0;
  let trial: { readonly threads: number; windows: Sample[] } | undefined;
  let window: Sample = { tokens: 0, ms: 0 };

  // A round tries neighbours at a distance that shrinks; what was worse in it is not tried twice. The first one begins with
  // one thread: for a tiny model every larger number is equally bad, so neighbours would not lead there.
  let isFirstRound = true;
  let distance = Math.max(1, Math.floor(most / 4));
  let worse = new Set<number>();
  let clock = 0;
  let lostMs = 0;
  let pauseMs = shortestPauseMs;
  let nextRoundAt = 0;

  const settle = (threads: number) => {
    settled = threads;
    recent = [];
    slow = 0;
    trial = undefined;
  };

  const neighbour = (): number | undefined => {
    if (isFirstRound && settled > 1 && !worse.has(1)) return 1;
    for (; ; distance = Math.floor(distance / 2)) {
      const found = [settled + distance, settled - distance].find((n) => n >= 1 && n <= most && !worse.has(n));
      if (found !== undefined || distance === 1) return found;
    }
  };

  const endRound = () => {
    isFirstRound = false;
    nextRoundAt = clock + Math.max(pauseMs, lostMs / trialBudget);
    worse = new Set();
    lostMs = 0;
    distance = 1;
  };

  const beginTrial = () => {
    if (most === 1 || clock < nextRoundAt || recent.length < windowsBeforeTrial) return;
    const threads = neighbour();
    if (threads === undefined) endRound();
    else trial = { threads, windows: [] };
  };

  const endTrial = (tried: { readonly threads: number; readonly windows: readonly Sample[] }, verdict: Verdict) => {
    if (verdict === "better") {
      worse.add(settled);
      pauseMs = Math.max(shortestPauseMs, pauseMs / 2);
      settle(tried.threads);
      recent = tried.windows.slice(-rememberedWindows);
      return;
    }
    const settledRate = rateOf(recent);
    const tookMs = tried.windows.reduce((sum, { tokens, ms }) => sum + ms - tokens / settledRate, 0);
    lostMs += Math.max(0, tookMs);
    worse.add(tried.threads);
    pauseMs = Math.min(longestPauseMs, pauseMs * 2);
    trial = undefined;
  };

  const fallBack = () => {
    distance = Math.max(1, Math.floor(settled / 4));
    worse = new Set([settled]);
    pauseMs = Math.min(longestPauseMs, pauseMs * 2);
    nextRoundAt = most > 2 ? clock : clock + pauseMs;
    settle(Math.max(1, Math.floor(settled / 2)));
  };

  const afterTrialWindow = (sample: Sample, running: NonNullable<typeof trial>) => {
    running.windows = [...running.windows, sample];
    const settledRate = rateOf(recent);
    const leastGain = running.threads > settled ? worthwhile : -worthwhile;
    const verdict = collapsed(sample, settledRate) ? "worse" : judge(running.windows, settledRate, leastGain);
    if (verdict !== "undecided") endTrial(running, verdict);
  };

  const afterWindow = (sample: Sample) => {
    const expected = recent.length > 0 ? rateOf(recent) : 0;
    slow = rateOf([sample]) < 0.8 * expected ? slow + 1 : 0;
    const changed = slow === 2 || collapsed(sample, expected || 1e-9);
    if (changed && settled > 1) return fallBack();
    if (changed) recent = [];
    recent = [...recent, sample].slice(-rememberedWindows);
    beginTrial();
  };

  const threads = () => trial?.threads ?? settled;

  return {
    get threads() {
      return threads();
    },
    get settled() {
      return settled;
    },
    measured(tokens, ms) {
      clock += ms;
      window = { tokens: window.tokens + tokens, ms: window.ms + ms };
      const early = recent.length > 0 && window.tokens > 0 && collapsed(window, rateOf(recent));
      if (!early && !isWindow(window)) return threads();
      const sample = window;
      window = { tokens: 0, ms: 0 };
      if (trial) afterTrialWindow(sample, trial);
      else afterWindow(sample);
      return threads();
    },
  };
};
