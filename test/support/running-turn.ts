// One turn as a client sees it: what streams, what it ends with, and a way to stop it.
import assert from "node:assert/strict";
import {
  type CancellationToken,
  CancellationTokenSource,
  type MessageConnection,
  ProgressType,
} from "vscode-jsonrpc/node";
import { parse } from "../../src/protocol/rpc.ts";
import type { RunEvent, TurnUpdate } from "../../src/protocol/run-event.ts";
import type { Turn } from "../../src/protocol/session.ts";
import { TurnStream } from "../../src/protocol/turn.ts";
import { within } from "./waiting.ts";

export interface RunningTurn {
  /** All that has streamed, as it came. */
  readonly items: readonly TurnStream[];
  /** The updates among them. */
  readonly updates: () => TurnUpdate[];
  /** The answer's text among them: what a client may already show. */
  readonly shown: () => string;
  readonly result: Promise<Turn>;
  /** Resolves when an event of this kind has come, or fails after the limit or when the turn ends without one. */
  readonly when: (what: string, reached: (event: RunEvent) => boolean) => Promise<void>;
  /** Sends `$/cancelRequest`. */
  readonly stop: () => void;
}

const limitMs = 20_000;

/** Sends a request that streams TurnStream and answers with a turn. `send` does the request itself. */
export const runTurn = (
  connection: MessageConnection,
  send: (partialResultToken: string, token: CancellationToken) => Promise<{ turn: Turn }>,
): RunningTurn => {
  const items: TurnStream[] = [];
  const watchers = new Set<() => void>();
  const cancel = new CancellationTokenSource();
  const malformed = Promise.withResolvers<never>();
  const partialResultToken = crypto.randomUUID();

  const onProgress = (value: unknown): void => {
    const item = parse(TurnStream, value);
    if (!item.ok) {
      malformed.reject(new Error(`a malformed item: ${item.issues.join("; ")}`));
      return;
    }
    items.push(item.value);
    for (const watch of watchers) watch();
  };
  const listener = connection.onProgress(new ProgressType<unknown>(), partialResultToken, onProgress);
  const result = Promise.race([send(partialResultToken, cancel.token), malformed.promise]).then(({ turn }) => turn);
  // Kept alive after the result: what comes later is what a test may want to see.
  result.catch(() => listener.dispose());

  const updates = (): TurnUpdate[] => items.flatMap((item) => ("event" in item ? [item] : []));
  const events = (): RunEvent[] => updates().map(({ event }) => event);
  return {
    items,
    updates,
    shown: () => events().reduce((text, event) => (event.kind === "message_chunk" ? text + event.text : text), ""),
    result,
    async when(what, reached) {
      const seen = Promise.withResolvers<void>();
      const watch = (): void => {
        if (events().some(reached)) seen.resolve();
      };
      watchers.add(watch);
      watch();
      const ended = result.then((turn) => {
        if (!events().some(reached)) assert.fail(`the turn ended before ${what}: ${JSON.stringify(turn)}`);
      });
      try {
        await within(limitMs, what, Promise.race([seen.promise, ended]));
      } finally {
        watchers.delete(watch);
      }
    },
    stop: () => cancel.cancel(),
  };
};
