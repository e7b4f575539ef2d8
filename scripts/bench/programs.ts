// The programs as they lie on disk, and the agent as it starts and waits.
import { statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createEditorHome } from "../../test/support/editor-home.ts";
import { root } from "../bootstrap.mjs";
import { startAgent } from "./client.ts";
import { atMost, type Group, type Measure } from "./measure.ts";
import { memoryOf, onlyLinux } from "./process-memory.ts";

const starts = 9;

const kilobytes = (name: string): number => statSync(join(root, "dist", name)).size / 1000;

const sizes = (): Measure[] => [
  {
    name: "size of dist/extension.cjs and agent-client.cjs",
    unit: "kB",
    values: [kilobytes("extension.cjs") + kilobytes("agent-client.cjs")],
    target: atMost(600),
  },
  { name: "size of dist/webview.js", unit: "kB", values: [kilobytes("webview.js")], target: atMost(350) },
];

const measureStarts = async (env: Readonly<Record<string, string>>): Promise<Measure[]> => {
  const ready: number[] = [];
  const memory: { rss: number; pss: number }[] = [];
  for (let start = 0; start < starts; start++) {
    const agent = await startAgent(env);
    ready.push(agent.readyMs);
    await sleep(1000);
    const used = memoryOf(agent.pid);
    if (used) memory.push(used);
    await agent.stop();
  }
  const rss = memory.map((used) => used.rss);
  const note = memory.length === 0 ? { note: onlyLinux } : {};
  return [
    { name: "agent ready after its spawn", unit: "ms", values: ready, target: atMost(400) },
    { name: "idle agent without a model, RSS", unit: "MB", values: rss, target: atMost(120), ...note },
    { name: "idle agent without a model, PSS", unit: "MB", values: memory.map((used) => used.pss), ...note },
  ];
};

export const programsGroup: Group = {
  name: "programs",
  what: "sizes, the agent's start and its memory",
  async run() {
    const home = createEditorHome();
    try {
      return [...sizes(), ...(await measureStarts(home.env))];
    } finally {
      await home.close();
    }
  },
};
