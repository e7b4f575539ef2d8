// Generation and first token through agent and model host, against node-llama-cpp called directly.
// Both keep the model loaded and answer in turns, so that whatever else the machine does meets both alike.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { roleTexts } from "../../src/agent/roles/role-texts.gen.ts";
import { createEditorHome } from "../../test/support/editor-home.ts";
import { nodePath } from "../bootstrap.mjs";
import { atExit } from "../editor/at-exit.ts";
import { endProcess } from "../editor/runtime-dir.ts";
import { type ToyModels, writeToyModels } from "../gguf/toy-models.ts";
import { type AgentClient, startAgent } from "./client.ts";
import type { DirectAnswer, DirectRequest } from "./direct.ts";
import { atLeast, type Group, type Measure, within } from "./measure.ts";
import { writeRandomModel } from "./random-model.ts";

const rounds = 12;
const promptRounds = 7;
/** Of what is in memory, and so takes milliseconds. */
const cachedRounds = 15;

interface Case {
  readonly name: string;
  readonly model: keyof ToyModels | "random";
  readonly prompt: string;
  readonly maxTokens: number;
  /** What is measured. Answers of the random model are noise, whose length in text says little. */
  readonly measures: readonly ("answer" | "prompt")[];
}

const cases: readonly Case[] = [
  {
    name: "like a real model",
    model: "scriptedSlow",
    prompt: "KW_FOREVER",
    maxTokens: 200,
    measures: ["answer", "prompt"],
  },
  { name: "very fast model", model: "scripted", prompt: "KW_FOREVER", maxTokens: 1500, measures: ["answer"] },
  { name: "toy llama", model: "llama", prompt: "Tell me a story.", maxTokens: 600, measures: ["answer"] },
  { name: "random 30M", model: "random", prompt: "", maxTokens: 8, measures: ["prompt"] },
];

interface Direct {
  readonly ask: (request: DirectRequest) => Promise<DirectAnswer>;
  readonly stop: () => Promise<void>;
}

const startDirect = async (modelPath: string): Promise<Direct> => {
  const script = join(import.meta.dirname, "direct.ts");
  const child = fork(script, [modelPath, roleTexts.answerer.trim()], { execPath: nodePath, execArgv: [] });
  const forget = atExit(() => child.kill("SIGKILL"));
  const pid = child.pid;
  if (pid === undefined) throw new Error("The process for node-llama-cpp could not be started.");
  await nextMessage(child);
  return {
    async ask(request) {
      const answer = nextMessage(child);
      child.send(request);
      return (await answer) as DirectAnswer; // the script's only kind of answer
    },
    async stop() {
      await endProcess(pid, 2000);
      forget();
    },
  };
};

const nextMessage = async (child: ChildProcess): Promise<unknown> => {
  const settled = new AbortController();
  const { signal } = settled;
  const gone = once(child, "exit", { signal }).then(([code]) => {
    throw new Error(`node-llama-cpp's process ended with status ${code}`);
  });
  try {
    const [message] = await within(120_000, "node-llama-cpp", Promise.race([once(child, "message", { signal }), gone]));
    return message;
  } finally {
    settled.abort();
  }
};

interface Pair<T = number> {
  readonly direct: T;
  readonly through: T;
}

/** Who goes first changes from round to round, so that a drift of the machine favours neither. */
const inTurns = async <T>(count: number, direct: () => Promise<T>, through: () => Promise<T>) => {
  const pairs: Pair<T>[] = [];
  for (let round = 0; round < count; round++) {
    if (round % 2 === 0) pairs.push({ direct: await direct(), through: await through() });
    else pairs.push(await through().then(async (value) => ({ through: value, direct: await direct() })));
  }
  return pairs;
};

const pairMeasures = (name: string, unit: string, pairs: readonly Pair[]): Measure[] => [
  { name: `${name}: direct`, unit, values: pairs.map(({ direct }) => direct) },
  { name: `${name}: through the agent`, unit, values: pairs.map(({ through }) => through) },
];

const ratioMeasure = (name: string, pairs: readonly Pair[]): Measure => {
  const values = pairs.map(({ direct, through }) => (through / direct) * 100);
  return { name: `${name}: of direct`, unit: "%", values, target: atLeast(97) };
};

/** Tokens per second at the client. The first message can hold several tokens; by length, only what came after it counts. */
const speedThrough = async (agent: AgentClient, { prompt, maxTokens }: Case): Promise<number> => {
  const { turn, pieces } = await agent.ask(prompt);
  const first = pieces[0];
  const last = pieces.at(-1);
  if (!first || !last || turn.usage?.completionTokens !== maxTokens)
    throw new Error(`The agent generated ${turn.usage?.completionTokens} instead of ${maxTokens} tokens.`);
  const tokens = maxTokens * (1 - first.text.length / turn.answer.length);
  return (tokens / (last.at - first.at)) * 1000;
};

const speedDirect = async (direct: Direct, { prompt, maxTokens }: Case): Promise<number> => {
  const { tokens, generationMs } = await direct.ask({ text: prompt, maxTokens });
  if (tokens !== maxTokens) throw new Error(`node-llama-cpp generated ${tokens} instead of ${maxTokens} tokens.`);
  return ((tokens - 1) / generationMs) * 1000;
};

const measureSpeed = async (one: Case, agent: AgentClient, direct: Direct): Promise<Measure[]> => {
  // Loads the model, fills the caches.
  await speedDirect(direct, one);
  await speedThrough(agent, one);
  const pairs = await inTurns(
    rounds,
    () => speedDirect(direct, one),
    () => speedThrough(agent, one),
  );
  const name = `generation, ${one.name}`;
  return [...pairMeasures(name, "tokens/s", pairs), ratioMeasure(name, pairs)];
};

/** About 1,000 tokens that no earlier prompt begins with. */
const newPrompt = (id: number): string => `${id} KW_SHORT ${`prompt ${id} `.repeat(130)}`;

interface Reading {
  /** Those that were not in memory. */
  readonly tokens: number;
  readonly ms: number;
}

const readThrough = async (agent: AgentClient, text: string): Promise<Reading> => {
  const { turn, pieces, startedAt } = await agent.ask(text);
  if (!turn.usage || !pieces[0]) throw new Error("The agent gave no answer.");
  return { tokens: turn.usage.promptTokens - turn.usage.cachedTokens, ms: pieces[0].at - startedAt };
};

const readDirect = async (direct: Direct, text: string): Promise<Reading> => {
  const { promptTokens, firstTokenMs } = await direct.ask({ text, maxTokens: 8 });
  return { tokens: promptTokens, ms: firstTokenMs };
};

const firstTokens = (name: string, pairs: readonly Pair<Reading>[]): Measure[] =>
  pairMeasures(
    name,
    "ms",
    pairs.map(({ direct, through }) => ({ direct: direct.ms, through: through.ms })),
  );

const measurePrompt = async ({ name }: Case, agent: AgentClient, direct: Direct): Promise<Measure[]> => {
  let text = "";
  const read = (count: number) =>
    inTurns(
      count,
      () => readDirect(direct, text),
      () => readThrough(agent, text),
    );
  const fresh: Pair<Reading>[] = [];
  for (let round = 0; round <= promptRounds; round++) {
    text = newPrompt(1000 + round);
    const pairs = await read(1);
    // The first one also loads the model and reads the system prompt.
    if (round > 0) fresh.push(...pairs);
  }
  const cached = await read(cachedRounds);
  const speed = ({ tokens, ms }: Reading) => (tokens / ms) * 1000;
  const speeds = fresh.map((pair) => ({ direct: speed(pair.direct), through: speed(pair.through) }));
  return [
    ...pairMeasures(`prompt, ${name}`, "tokens/s", speeds),
    ratioMeasure(`prompt, ${name}`, speeds),
    ...firstTokens(`first token, ${name}, new prompt`, fresh),
    ...firstTokens(`first token, ${name}, prompt in memory`, cached),
  ];
};

const measureCase = async (one: Case, path: string, env: Readonly<Record<string, string>>) => {
  const agent = await startAgent(env, {
    "model.path": path,
    "model.threads": 1,
    "model.gpu": "off",
    "generation.temperature": 0,
    "generation.maxTokens": one.maxTokens,
  });
  try {
    const direct = await startDirect(path);
    try {
      const measures: Measure[] = [];
      if (one.measures.includes("answer")) measures.push(...(await measureSpeed(one, agent, direct)));
      if (one.measures.includes("prompt")) measures.push(...(await measurePrompt(one, agent, direct)));
      return measures;
    } finally {
      await direct.stop();
    }
  } finally {
    await agent.stop();
  }
};

export const generationGroup: Group = {
  name: "generation",
  what: "generation through the agent, against node-llama-cpp called directly",
  async run() {
    const home = createEditorHome();
    try {
      const folder = join(home.homeDir, "models");
      const random = join(folder, "random.gguf");
      const paths = { ...(await writeToyModels(folder)), random };
      await writeRandomModel(random, "small");
      const measures: Measure[] = [];
      for (const one of cases) measures.push(...(await measureCase(one, paths[one.model], home.env)));
      return measures;
    } finally {
      await home.close();
    }
  },
};
