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

const rounds = 15;

interface Case {
  readonly name: string;
  readonly model: keyof ToyModels;
  readonly prompt: string;
  readonly maxTokens: number;
}

const cases: readonly Case[] = [
  { name: "like a real model", model: "scriptedSlow", prompt: "KW_FOREVER", maxTokens: 400 },
  { name: "very fast model", model: "scripted", prompt: "KW_FOREVER", maxTokens: 3000 },
  { name: "toy llama", model: "llama", prompt: "Tell me a story.", maxTokens: 1000 },
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

interface Pair {
  readonly direct: number;
  readonly through: number;
}

/** Who goes first changes from round to round, so that a drift of the machine favours neither. */
const inTurns = async (count: number, direct: () => Promise<number>, through: () => Promise<number>) => {
  const pairs: Pair[] = [];
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
  const ratio = pairs.map((pair) => (pair.through / pair.direct) * 100);
  return [
    ...pairMeasures(name, "tokens/s", pairs),
    { name: `${name}: of direct`, unit: "%", values: ratio, target: atLeast(95) },
  ];
};

/** About 1,500 tokens that no earlier prompt begins with. */
const newPrompt = (id: number): string => `${id} KW_SHORT ${`prompt ${id} `.repeat(200)}`;

const measureFirstToken = async (agent: AgentClient, direct: Direct): Promise<Measure[]> => {
  let last = 1000;
  let text = newPrompt(last);
  const throughMs = async () => {
    const { pieces, startedAt } = await agent.ask(text);
    return (pieces[0]?.at ?? Number.NaN) - startedAt;
  };
  const directMs = async () => (await direct.ask({ text, maxTokens: 4 })).firstTokenMs;
  const fresh: Pair[] = [];
  for (let round = 0; round < rounds; round++) {
    text = newPrompt(++last);
    fresh.push(...(await inTurns(1, directMs, throughMs)));
  }
  const cached = await inTurns(rounds, directMs, throughMs);
  return [
    ...pairMeasures("first token, new prompt", "ms", fresh),
    ...pairMeasures("first token, prompt in memory", "ms", cached),
  ];
};

const measureCase = async (one: Case, models: ToyModels, env: Readonly<Record<string, string>>) => {
  const path = models[one.model];
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
      const speed = await measureSpeed(one, agent, direct);
      return one.model === "scriptedSlow" ? [...speed, ...(await measureFirstToken(agent, direct))] : speed;
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
      const models = await writeToyModels(join(home.homeDir, "models"));
      const measures: Measure[] = [];
      for (const one of cases) measures.push(...(await measureCase(one, models, home.env)));
      return measures;
    } finally {
      await home.close();
    }
  },
};
