import * as l10n from "@vscode/l10n";
import type { HostFailure } from "../../../protocol/model-host.ts";
import type { PartFile } from "../../ports/model-files.ts";
import { again, type Wire } from "./ask.ts";
import { drain, openRange } from "./fetch-range.ts";
import { arrivedBytes, type Part, type Range, rangesOf } from "./journal.ts";
import { type Attempt, retrying, type Trouble } from "./retrying.ts";

/** Where the bytes of one file come from and go to; `arrived` is called after each piece. */
export interface Fetching extends Wire {
  readonly url: string;
  readonly file: PartFile;
  arrived(): Promise<void>;
}

/**
 * Fetches what is missing of the file, over one connection for each of its ranges when the server honours ranges, and goes
 * on where it was cut off. `part` is kept up to date. Rejects with an error of the file system or the signal's reason.
 */
export const fetchFile = async (
  part: Part,
  fetching: Fetching,
  signal: AbortSignal,
): Promise<{ ok: true } | { ok: false; failure: HostFailure }> => {
  let most = arrivedBytes(part);
  return retrying<null>(fetching.clock, signal, async (): Promise<Attempt<null>> => {
    const trouble = await fetchOnce(part, fetching, signal);
    if (!trouble) return { ok: true, value: null };
    const progressed = arrivedBytes(part) > most;
    most = Math.max(most, arrivedBytes(part));
    if (trouble.verdict === "restart") part.ranges = rangesOf(part.sizeBytes, 1);
    return { ok: false, trouble, progressed };
  });
};

/** The first connection shows whether the server honours ranges; only then come the others. */
const fetchOnce = async (part: Part, fetching: Fetching, signal: AbortSignal): Promise<Trouble | null> => {
  const [first, ...others] = part.ranges.filter(({ start, end, done }) => done < end - start);
  if (!first) return null;
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const opened = await openRange(fetching, fetching.url, { part, range: first }, either);
  if (!opened.ok) return opened.trouble;
  if (opened.whole) part.ranges = rangesOf(part.sizeBytes, 1);
  const range = opened.whole ? (part.ranges[0] ?? first) : first;

  let thrown: unknown;
  /** When one connection shows that there is no use in going on, the others need not. */
  const orStop = async (work: Promise<Trouble | null>): Promise<Trouble | null> => {
    try {
      const trouble = await work;
      if (trouble && trouble.verdict !== "again") stop.abort();
      return trouble;
    } catch (error) {
      if (!stop.signal.aborted) thrown = error;
      stop.abort();
      return null;
    }
  };
  const fetchOther = async (other: Range): Promise<Trouble | null> => {
    const answer = await openRange(fetching, fetching.url, { part, range: other }, either);
    if (!answer.ok) return answer.trouble;
    if (!answer.whole) return drain(answer.answer, other, fetching.file, fetching.arrived);
    answer.answer.leave();
    return { ...again(l10n.t("the hub does not resume")), verdict: "restart" };
  };
  const troubles = await Promise.all([
    orStop(drain(opened.answer, range, fetching.file, fetching.arrived)),
    ...(opened.whole ? [] : others).map((other) => orStop(fetchOther(other))),
  ]);
  signal.throwIfAborted();
  if (thrown !== undefined) throw thrown;
  return troubles.find((trouble) => trouble && trouble.verdict !== "again") ?? troubles.find(Boolean) ?? null;
};
