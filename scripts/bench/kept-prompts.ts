// What a prompt costs when the model host has read it before, in memory or on the disk, and how soon reading stops.
import type { LlamaEngine } from "../../src/agent/inference/llama/llama-engine.ts";
import type { Message } from "../../src/protocol/model-host.ts";
import type { TestHome } from "../../test/support/test-home.ts";
import { endHost, firstToken, type Generation, messageOf, openModel, unload } from "./bench-engine.ts";
import { atLeast, atMost, type Measure, median, now } from "./measure.ts";

const turns = 5;
const returns = 3;
const stops = 10;

const expectCached = ({ usage: { cachedTokens, promptTokens } }: Generation, share: number): void => {
  if (cachedTokens < share * promptTokens) throw new Error(`Only ${cachedTokens} of ${promptTokens} tokens were kept.`);
};

/** A chat goes on: its first 1,000 tokens are in memory. */
export const measureSecondTurn = async (engine: LlamaEngine, path: string): Promise<Measure[]> => {
  const open = await openModel(engine, path);
  const first: number[] = [];
  const second: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    const asked = await messageOf(open, turn, 1000);
    first.push((await firstToken(open, [asked])).ms);
    const chat: Message[] = [asked, { role: "assistant", content: "Yes." }, { role: "user", content: "Go on." }];
    const answer = await firstToken(open, chat);
    expectCached(answer, 0.95);
    second.push(answer.ms);
  }
  open.release();
  const times = first.map((ms, turn) => ms / (second[turn] ?? Number.NaN));
  return [
    { name: "first token, 1,000 tokens", unit: "ms", values: first },
    { name: "first token, second turn on them", unit: "ms", values: second },
    { name: "second turn, how much sooner", unit: "times", values: times, target: atLeast(20) },
  ];
};

interface Return {
  /** From the request to generate. */
  readonly ms: number;
  /** From the wish to open the model, with all that it takes to start and load. */
  readonly withLoadingMs: number;
}

/** 2,000 tokens: read, then kept on the disk while the model is unloaded, then while the host is ended. */
export const measureReturn = async (engine: LlamaEngine, home: TestHome, path: string): Promise<Measure[]> => {
  let id = 100;
  let asked: Message = { role: "user", content: "" };
  const ask = async (stateKey: string, kept: number): Promise<Return> => {
    const startedAt = now();
    const open = await openModel(engine, path);
    const openMs = now() - startedAt;
    if (kept === 0) asked = await messageOf(open, ++id, 2000);
    const answer = await firstToken(open, [asked], { stateKey });
    expectCached(answer, kept);
    open.release();
    return { ms: answer.ms, withLoadingMs: openMs + answer.ms };
  };

  const cold: Return[] = [];
  const loaded: Return[] = [];
  const restarted: Return[] = [];
  for (let round = 0; round < returns; round++) {
    await endHost(home);
    cold.push(await ask(`bench ${round}`, 0));
    await unload(engine);
    loaded.push(await ask(`bench ${round}`, 0.99));
    await endHost(home);
    restarted.push(await ask(`bench ${round}`, 0.99));
  }
  return [
    { name: "first token, 2,000 tokens, cold", unit: "ms", values: cold.map(({ ms }) => ms) },
    { name: "first token, kept on the disk", unit: "ms", values: restarted.map(({ ms }) => ms) },
    ...compared("model loaded again, how much sooner", cold, loaded),
    ...compared("host started again, how much sooner", cold, restarted),
  ];
};

const compared = (name: string, cold: readonly Return[], warm: readonly Return[]): Measure[] => {
  const times = (key: keyof Return) => cold.map((one, round) => one[key] / (warm[round]?.[key] ?? Number.NaN));
  return [
    {
      name,
      unit: "times",
      values: times("ms"),
      target: atLeast(10),
      note: "from the request to generate, loading left out",
    },
    { name: `${name}, with loading`, unit: "times", values: times("withLoadingMs") },
  ];
};

/** Stops at any moment of a piece; llama.cpp cannot be interrupted inside one. */
export const measureStop = async (engine: LlamaEngine, path: string): Promise<Measure[]> => {
  const open = await openModel(engine, path);
  const took: number[] = [];
  const shares: number[] = [];
  const pieces: number[] = [];
  for (let stop = 0; stop < stops; stop++) {
    const one = await stopAt(open, await messageOf(open, 200 + stop, 2000), stop / stops);
    took.push(one.ms);
    pieces.push(one.pieceMs);
    shares.push(one.ms / one.pieceMs);
  }
  open.release();
  return [
    { name: "piece of a prompt", unit: "ms", values: pieces },
    { name: "stop inside a prompt", unit: "ms", values: took, target: atMost(150) },
    {
      name: "stop inside a prompt, longest of all",
      unit: "pieces",
      values: [Math.max(...shares)],
      target: atMost(1),
      note: "compared with the longest piece that was read before the stop",
    },
  ];
};

/** Aborts a while after the fifth piece: `share` of what pieces take. */
const stopAt = async (open: Awaited<ReturnType<typeof openModel>>, asked: Message, share: number) => {
  const abort = new AbortController();
  const durations: number[] = [];
  let lastAt = now();
  let abortedAt = 0;
  const onProgress = () => {
    durations.push(now() - lastAt);
    lastAt = now();
    if (durations.length !== 5) return;
    setTimeout(() => {
      abortedAt = now();
      abort.abort();
    }, median(durations) * share);
  };
  const { endReason } = await firstToken(open, [asked], { signal: abort.signal, onProgress });
  if (endReason !== null) throw new Error(`A generation that was stopped ended as ${endReason}.`);
  return { ms: now() - abortedAt, pieceMs: Math.max(...durations.slice(1)) };
};
