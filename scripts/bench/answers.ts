// What happens around an answer: how fast it stops, and how fast words travel from the engine to the client.
import { join } from "node:path";
import { createEditorHome, type EditorHome } from "../../test/support/editor-home.ts";
import { writeToyModels } from "../gguf/toy-models.ts";
import { type AgentClient, startAgent } from "./client.ts";
import { atMost, type Group, type Measure, median, now, quantile } from "./measure.ts";
import { delays, growing, type RecordedHost, startRecordedHost } from "./recorded-host.ts";

const rounds = 15;

/** Asks, stops `waitMs` after the third event of a kind, and gives the time from there to the result. */
const stopAfter = async (agent: AgentClient, text: string, kind: "message_chunk" | "reading", waitMs: number) => {
  let left = 3;
  let stoppedAt = 0;
  const { turn, endedAt } = await agent.ask(text, {
    onStream(item, stop) {
      if (!("event" in item)) return;
      const { event } = item;
      const counts = event.kind === "progress" ? event.phase === kind : event.kind === kind;
      if (!counts || --left !== 0) return;
      setTimeout(() => {
        stoppedAt = now();
        stop();
      }, waitMs);
    },
  });
  if (turn.state !== "stopped") throw new Error(`A turn that was stopped ended as ${turn.state}.`);
  return endedAt - stoppedAt;
};

/** About 4,000 tokens that no earlier prompt begins with. */
const longPrompt = (id: number): string => `${id} KW_SHORT ${`prompt ${id} `.repeat(500)}`;

const measureStop = async (agent: AgentClient): Promise<Measure[]> => {
  const generating: number[] = [];
  const reading: number[] = [];
  for (let round = 0; round < rounds; round++) {
    // As a person would: at any moment between two tokens or two pieces of the prompt.
    generating.push(await stopAfter(agent, "KW_FOREVER", "message_chunk", round * 10));
    reading.push(await stopAfter(agent, longPrompt(1000 + round), "reading", round * 20));
  }
  return [
    { name: "stop while generating", unit: "ms", values: generating, target: atMost(150) },
    { name: "stop while reading a prompt", unit: "ms", values: reading, target: atMost(150) },
  ];
};

const measureOverhead = async (agent: AgentClient, host: RecordedHost): Promise<Measure[]> => {
  const medians: number[] = [];
  const nearlyAll: number[] = [];
  const last: number[] = [];
  for (let round = 0; round < 5; round++) {
    const { pieces } = await agent.ask("KW_LONG");
    const produced = growing(host.records().at(-1) ?? []);
    const waits = delays(produced, growing(pieces));
    medians.push(median(waits));
    nearlyAll.push(quantile(waits, 0.95));
    last.push(waits.at(-1) ?? Number.NaN);
  }
  return [
    {
      name: "engine's last token to the client",
      unit: "ms",
      values: last,
      target: atMost(5),
      note: "the way alone; the others below also wait, up to 4 ms in the model host and 16 ms in the agent, to travel together",
    },
    { name: "engine's token to the client, median", unit: "ms", values: medians },
    { name: "engine's token to the client, 95 of 100", unit: "ms", values: nearlyAll },
  ];
};

const measure = async (home: EditorHome): Promise<Measure[]> => {
  const models = await writeToyModels(join(home.homeDir, "models"));
  const host = await startRecordedHost(home.runtimeDir);
  const agent = await startAgent(home.env, {
    "model.path": models.scriptedSlow,
    "model.threads": 1,
    "model.gpu": "off",
    "generation.temperature": 0,
    "generation.maxTokens": 600,
  });
  try {
    return [...(await measureStop(agent)), ...(await measureOverhead(agent, host))];
  } finally {
    await agent.stop();
  }
};

export const answersGroup: Group = {
  name: "answers",
  what: "stopping an answer, and the way of its words",
  async run() {
    const home = createEditorHome();
    try {
      return await measure(home);
    } finally {
      await home.close();
    }
  },
};
