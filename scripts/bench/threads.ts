// What the thread governor keeps of the best fixed number of threads, on a quiet machine and beside a busy process.
import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { nodePath } from "../bootstrap.mjs";
import { atExit } from "../editor/at-exit.ts";
import { atLeast, type Group, type Measure, median, within } from "./measure.ts";
import { writeRandomModel } from "./random-model.ts";
import type { ThreadsAnswer, ThreadsRequest } from "./threads-child.ts";

const rounds = 8;
const sliceMs = 2000;
/** The governor starts knowing nothing; what it then keeps is measured. */
const learningMs = 12_000;

/** A child that answers each message with one, or the reason that it cannot. */
const nextAnswer = async (child: ChildProcess): Promise<unknown> => {
  const settled = new AbortController();
  const { signal } = settled;
  const gone = once(child, "exit", { signal }).then(([code]) => {
    throw new Error(`The generating process ended with status ${code}`);
  });
  try {
    // Long: a single token of a collapse can take seconds.
    const [message] = await within(180_000, "generation", Promise.race([once(child, "message", { signal }), gone]));
    return message;
  } finally {
    settled.abort();
  }
};

const endedAtExit = (child: ChildProcess) => {
  const forget = atExit(() => child.kill("SIGKILL"));
  return async () => {
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
    forget();
  };
};

/** A process that wants one whole core, until it is stopped. */
const startBusyProcess = async () => {
  const child = spawn(nodePath, ["-e", "for (;;);"], { stdio: "ignore" });
  const stop = endedAtExit(child);
  await once(child, "spawn");
  return stop;
};

const startGenerating = async (modelPath: string, cores: number) => {
  const script = join(import.meta.dirname, "threads-child.ts");
  const child = fork(script, [modelPath, `${cores}`], { execPath: nodePath, execArgv: [] });
  const stop = endedAtExit(child);
  await nextAnswer(child);
  const generate = async (threads: ThreadsRequest["threads"], ms: number): Promise<number> => {
    const answer = nextAnswer(child);
    child.send({ threads, ms } satisfies ThreadsRequest);
    return ((await answer) as ThreadsAnswer).tokensPerSecond; // the script's only kind of answer
  };
  return { generate, stop };
};

type Generate = Awaited<ReturnType<typeof startGenerating>>["generate"];

/** Fixed numbers of threads and the governor take turns, so that other work on the machine meets all alike. */
const compare = async (generate: Generate, cores: number, name: string): Promise<Measure[]> => {
  const counts = Array.from({ length: cores }, (_, index) => index + 1);
  const fixed = counts.map((threads) => ({ threads, values: [] as number[] }));
  const governed: number[] = [];
  await generate("governed", learningMs);
  for (let round = 0; round < rounds; round++) {
    for (const { threads, values } of fixed) values.push(await generate(threads, sliceMs));
    governed.push(await generate("governed", sliceMs));
  }
  const best = fixed.reduce((one, other) => (median(other.values) > median(one.values) ? other : one));
  const shares = governed.map((value, round) => (value / (best.values[round] ?? Number.NaN)) * 100);
  const busy = name === "quiet" ? 97 : 80;
  return [
    ...fixed.map(({ threads, values }) => ({ name: `threads, ${name}: ${threads}`, unit: "tokens/s", values })),
    { name: `threads, ${name}: governed`, unit: "tokens/s", values: governed },
    {
      name: `threads, ${name}: governed, of the best (${best.threads})`,
      unit: "%",
      values: shares,
      target: atLeast(busy),
    },
  ];
};

const measure = async (modelPath: string): Promise<Measure[]> => {
  const cores = availableParallelism();
  const { generate, stop } = await startGenerating(modelPath, cores);
  try {
    const quiet = await compare(generate, cores, "quiet");
    const stopBusy = await startBusyProcess();
    try {
      return [...quiet, ...(await compare(generate, cores, "one busy process"))];
    } finally {
      await stopBusy();
    }
  } finally {
    await stop();
  }
};

export const threadsGroup: Group = {
  name: "threads",
  what: "generation by threads, fixed and governed",
  async run() {
    const folder = await mkdtemp(join(tmpdir(), "trivium-threads-"));
    try {
      const modelPath = join(folder, "random-100m.gguf");
      await writeRandomModel(modelPath, "large");
      return await measure(modelPath);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};
