import type { Run, TrackRecord } from "../../protocol/run.ts";
import type { RunEvent } from "../../protocol/run-event.ts";
import type { Turn } from "../../protocol/session.ts";
import { failure, type Result } from "../failures.ts";
import { type RunOutcome, type RunParts, type RunRequest, run } from "../flow/run.ts";
import type { Models } from "../models/models.ts";
import type { Log } from "../ports/log.ts";
import type { JournalEntry } from "../store/journal.ts";
import type { Store } from "../store/store.ts";
import { journalCallsOf } from "./journal-calls.ts";
import { recordParts } from "./record-run.ts";
import { redactedIn } from "./redacted.ts";
import { type ReplayParts, replayRun } from "./replay-run.ts";
import { trackRecordOf } from "./track-record.ts";

/** The runs of turns: each is kept while it happens, and can be looked at and repeated afterwards. */
export interface Runs {
  /** The flow, with everything that it asks of its surroundings kept in the journal. */
  begin(request: RunRequest, parts: RunParts, signal: AbortSignal): AsyncGenerator<RunEvent, RunOutcome>;
  /** For people: without what looks like a secret. */
  run(turn: Turn): Result<{ run: Run }>;
  /** Repeats what was kept of the turn's last run, without any model, and says for people what came of it. */
  replay(ended: Turn, signal: AbortSignal): Promise<Result<{ turn: Turn; differences: string[] }>>;
  trackRecord(): TrackRecord;
}

/** Beyond this a track record says nothing new, and reading it takes its time. */
const countedTurns = 5_000;

interface RunsParts extends ReplayParts {
  readonly store: Store;
  readonly models: Pick<Models, "fingerprintOf">;
  readonly log: Log;
}

export const createRuns = ({ store, models, log, router, routerWeights }: RunsParts): Runs => {
  const { journal } = store;

  /** A journal that cannot be written costs the account of this turn, never the turn. */
  const keeperOf = ({ turn, history, settings, workspace }: RunRequest, cores: number) => {
    const attempt = <T>(write: () => T): T | undefined => {
      try {
        return write();
      } catch (error) {
        log.error(`the run of turn ${turn.id} cannot be kept`, error);
        return undefined;
      }
    };
    const guarded = (write: () => number): number | undefined => {
      const number = attempt(write);
      if (number === undefined) attempt(() => journal.drop(turn.id));
      return number;
    };
    const kept = history.map(({ id, prompt, answer }) => ({ id, prompt, answer }));
    const start = { turn, history: kept, settings, workspace, cores, routerWeights };
    let number = guarded(() => journal.begin(start));
    return (entry: JournalEntry): void => {
      if (number === undefined) return;
      const into = number;
      number = guarded(() => {
        journal.add(into, entry);
        return into;
      });
    };
  };

  return {
    begin(request, parts, signal) {
      const keep = keeperOf(request, parts.cores);
      return run(request, recordParts(parts, { keep, fingerprintOf: models.fingerprintOf }), signal);
    },
    run(turn) {
      const runs = journal.runs(turn.id);
      if (runs.length === 0) return { ok: false, failure: failure("run-not-kept") };
      return { ok: true, run: redactedIn({ turn, calls: journalCallsOf(runs) }) };
    },
    async replay(ended, signal) {
      const last = journal.latest(ended.id);
      if (!last) return { ok: false, failure: failure("run-not-kept") };
      const replayed = await replayRun({ run: last, ended }, { router, routerWeights }, signal);
      return { ok: true, ...redactedIn(replayed) };
    },
    trackRecord: () => trackRecordOf(store.latestTurns(countedTurns)),
  };
};
