import { type ChatWrapper, LlamaChat, type LlamaContext, type LlamaContextSequence, type Token } from "node-llama-cpp";
import { chooseSequence, continues } from "./choose-sequence.ts";
import { type OnProbability, tellProbabilities } from "./confidence.ts";
import type { KvStore } from "./kv-store.ts";
import { createQueue } from "./queue.ts";
import { createTurnstile, type Turnstile } from "./turnstile.ts";

/** Shorter states are evaluated again sooner than they are read from a disk. */
const leastSavedTokens = 256;

/** One sequence of the context, with what it holds. */
export interface Slot {
  readonly sequence: LlamaContextSequence;
  /** That of the sequence's context. */
  readonly turnstile: Turnstile;
  readonly chat: LlamaChat;
  /** Called at every token that is generated. */
  onToken: OnProbability;
}

/** What a sequence is wanted for. */
export interface Claim {
  readonly tokens: Token[];
  readonly use: "chat" | "infill";
  readonly stateKey: string | null;
  /** Called when all sequences are taken. */
  readonly onWait: () => void;
  readonly signal: AbortSignal;
}

export interface SequencePool {
  readonly busy: boolean;
  /** Runs `work` on the sequence that suits the prompt best. Rejects with the signal's reason when aborted while waiting. */
  run<T>(claim: Claim, work: (slot: Slot) => Promise<T>): Promise<T>;
  /** Waits for the running work, then saves the states that have a key. */
  close(): Promise<void>;
}

export interface PoolOptions {
  readonly context: LlamaContext;
  readonly wrapper: ChatWrapper;
  readonly store: KvStore | null;
  /** What a state depends on besides its tokens: the model, the library, the context's shape. */
  readonly identity: string;
  /** The most that the state of so many tokens may take on the disk. */
  readonly stateBytes: (tokens: number) => number;
  readonly log: (line: string) => void;
}

interface Held extends Slot {
  use: Claim["use"];
  stateKey: string | null;
  usedAt: number;
  busy: boolean;
}

/** The sequences of a context, each for one generation at a time; what they hold is kept for the prompt that goes on with it. */
export const createSequencePool = (options: PoolOptions): SequencePool => {
  const { context, wrapper, store, identity, stateBytes, log } = options;
  const turnstile = createTurnstile();
  const slots = Array.from({ length: context.totalSequences }, () =>
    createSlot(context.getSequence(), turnstile, wrapper),
  );
  const queue = createQueue(slots.length);
  let clock = 0;

  const keyOf = (stateKey: string): string => JSON.stringify([identity, stateKey]);

  const isUnsaved = ({ sequence, stateKey }: Held): boolean =>
    store !== null && stateKey !== null && sequence.nextTokenIndex >= leastSavedTokens;

  const save = async (slot: Held): Promise<void> => {
    const { sequence, stateKey } = slot;
    if (!store || stateKey === null || !isUnsaved(slot)) return;
    const tokens = sequence.contextTokens;
    const state = { key: keyOf(stateKey), tokens, mostBytes: stateBytes(tokens.length) };
    await store.save(state, async (path) => {
      await sequence.saveStateToFile(path);
    });
  };

  /** Takes a saved state that goes further than what the slot has. */
  const restore = async ({ sequence }: Held, tokens: Token[], stateKey: string, shared: number): Promise<void> => {
    const saved = await store?.find(keyOf(stateKey), tokens, Math.max(shared, leastSavedTokens - 1));
    if (!saved) return;
    try {
      // Checked by the store: the size, the hash and the key with the model's fingerprint in it.
      await sequence.loadStateFromFile(saved.path, { acceptRisk: true });
      const held = sequence.contextTokens;
      if (held.length === saved.tokens.length && held.every((token, i) => token === saved.tokens[i])) return;
      log("a saved KV state is not that of its tokens");
    } catch (error) {
      log(`a saved KV state could not be loaded: ${String(error)}`);
    }
    await store?.drop(saved);
    await sequence.clearHistory();
  };

  const choose = ({ tokens, use, stateKey }: Claim): { slot: Held; shared: number } => {
    const candidates = slots
      .filter((slot) => !slot.busy)
      .map((slot) => ({
        slot,
        length: slot.sequence.nextTokenIndex,
        shared: slot.sequence.compareContextTokens(tokens).firstDifferentIndex,
        use: slot.use,
        stateKey: slot.stateKey,
        unsaved: isUnsaved(slot),
        usedAt: slot.usedAt,
      }));
    const chosen = chooseSequence(candidates, { use, stateKey });
    if (!chosen) throw new Error("the queue let in more than there are sequences");
    return chosen;
  };

  /** Rejects between its steps when the claim is stopped: each may take as long as a disk takes for a gigabyte. */
  const prepare = async (slot: Held, shared: number, { tokens, use, stateKey, signal }: Claim): Promise<void> => {
    if (!continues({ shared, length: slot.sequence.nextTokenIndex })) await save(slot);
    signal.throwIfAborted();
    Object.assign(slot, { use, stateKey });
    if (stateKey !== null) await restore(slot, tokens, stateKey, shared);
    signal.throwIfAborted();
  };

  return {
    get busy() {
      return queue.busy;
    },
    run: (claim, work) =>
      queue.run(
        async () => {
          const { slot, shared } = choose(claim);
          slot.busy = true;
          try {
            await prepare(slot, shared, claim);
            return await work(slot);
          } catch (error) {
            // After an abort the state is what was evaluated; after anything else nobody knows.
            if (!claim.signal.aborted) await slot.sequence.clearHistory();
            throw error;
          } finally {
            slot.usedAt = ++clock;
            slot.busy = false;
          }
        },
        claim.signal,
        claim.onWait,
      ),
    async close() {
      await queue.idle();
      for (const slot of slots) await save(slot);
    },
  };
};

const createSlot = (sequence: LlamaContextSequence, turnstile: Turnstile, wrapper: ChatWrapper): Held => {
  const slot: Held = {
    sequence,
    turnstile,
    chat: new LlamaChat({ contextSequence: sequence, chatWrapper: wrapper }),
    onToken: () => undefined,
    use: "chat",
    stateKey: null,
    usedAt: 0,
    busy: false,
  };
  tellProbabilities(sequence, turnstile, (probability) => slot.onToken(probability));
  return slot;
};
