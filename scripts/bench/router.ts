// The road of a request: what is decided before every answer, without a model.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createClassifier } from "../../src/agent/router/classifier/classifier.ts";
import { createRouter } from "../../src/agent/router/router.ts";
import type { Attachment } from "../../src/protocol/session.ts";
import { root } from "../bootstrap.mjs";
import { atMost, type Group, type Measure, quantile } from "./measure.ts";

const rounds = 20;
const loads = 10;

const code = "export const total = (items) => items.reduce((sum, { price }) => sum + price, 0);\n";
const selection: Attachment = {
  ...{ kind: "selection", path: "src/cart.ts", languageId: "typescript", text: code.repeat(100) },
  range: { startLine: 1, endLine: 100 },
};

/** From a word to a page of prose and of code, with and without a selection. */
const prompts = [
  ...["hi", "what is 12*7", "what is the capital of Peru?", "@coder /plan move the cart into a module of its own"],
  "Refactor the cart across files, add tests for every branch and update the documents",
  "A train leaves at nine with 60 km an hour, another at ten with 90. When does the second reach the first?",
  "The sea was calm that morning, and nobody on the shore thought of the storm. ".repeat(50),
  `Why is this slow?\n\`\`\`ts\n${code.repeat(50)}\`\`\``,
].flatMap((text) => [
  { text, attachments: [] },
  { text, attachments: [selection] },
]);

export const routerGroup: Group = {
  name: "router",
  what: "the road of a request, and the weights that decide it",
  async run() {
    const file = join(root, "models", "router", "weights.bin");
    const loadMs: number[] = [];
    for (let load = 0; load < loads; load++) {
      const startedAt = performance.now();
      createClassifier(await readFile(file));
      loadMs.push(performance.now() - startedAt);
    }
    const router = createRouter(createClassifier(await readFile(file)), performance);
    const { signal } = new AbortController();
    const timesMs: number[] = [];
    for (let round = 0; round < rounds; round++)
      for (const prompt of prompts) {
        const { ms } = await router.decide({ prompt, mode: "agent", override: null }, null, signal);
        timesMs.push(ms);
      }
    return [
      { name: "road of a request", unit: "ms", values: timesMs, target: atMost(2) },
      { name: "road of a request, 99 of 100", unit: "ms", values: [quantile(timesMs, 0.99)], target: atMost(2) },
      { name: "router's weights", unit: "ms", values: loadMs, target: atMost(20) },
    ] satisfies Measure[];
  },
};
