// Requests, through the router as the agent makes it, without a router model.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";
import { createClassifier } from "../../../src/agent/router/classifier/classifier.ts";
import { createRouter } from "../../../src/agent/router/router.ts";
import type { Domain, RoutePath, Routing } from "../../../src/protocol/routing.ts";
import { quantile } from "../../bench/measure.ts";
import { root } from "../../bootstrap.mjs";
import { calibrationError, macroRecall, shareOf } from "../scores.ts";
import { type Answered, defineSuite, type Metric } from "../suite.ts";

const Case = z.object({
  text: z.string(),
  domain: z.optional(z.nullable(z.string())),
  complexity: z.optional(z.nullable(z.string())),
  needs_tools: z.optional(z.nullable(z.boolean())),
  style: z.optional(z.string()),
  core: z.optional(z.boolean()),
});
type Case = z.infer<typeof Case>;

interface Output {
  readonly domain: Domain;
  readonly path: RoutePath;
  readonly complexity: number;
  readonly needs_tools: boolean;
  readonly confidence: number;
  readonly source: Routing["source"];
  readonly ms: number;
}

/** From this confidence on an answer is taken for sure. */
const sure = 0.7;
const complexFrom = 0.5;

export const routerSuite = defineSuite({
  name: "router",
  casesFile: "router_eval.public.jsonl",
  schema: Case,
  async open() {
    const weights = await readFile(join(root, "models", "router", "weights.bin"));
    const router = createRouter(createClassifier(weights), performance);
    const { signal } = new AbortController();
    const answer = async ({ text }: Case): Promise<Output> => {
      const input = { prompt: { text, attachments: [] }, mode: "agent" as const, override: null };
      const { domain, path, complexity, needsTools, ...rest } = await router.decide(input, null, signal);
      const { confidence, source, ms } = rest;
      return { domain, path, complexity, needs_tools: needsTools, confidence, source, ms };
    };
    return { answer };
  },
  score: (answered) => [...ofDomains(answered), ...ofTheRest(answered), ...ofTimes(answered)],
});

type All = readonly Answered<Case, Output>[];

const ofDomains = (all: All): Metric[] => {
  const known = all.flatMap(({ case: one, output }) =>
    one.domain ? [{ one, output, expected: one.domain, said: output.domain, right: one.domain === output.domain }] : [],
  );
  const core = known.filter(({ one }) => one.core === true);
  const ofCoders = (style: string): number =>
    shareOf(
      known.filter(({ one, expected }) => one.style === style && expected === "coder"),
      ({ right }) => right,
    );
  const certain = known.filter(({ output }) => output.confidence >= sure);
  const answers = known.map(({ output, right }) => ({ confidence: output.confidence, right }));
  return [
    { name: "domain, macro-recall on core", value: macroRecall(core), better: "higher", tolerance: 0.01 },
    { name: "domain, accuracy", value: shareOf(known, ({ right }) => right), better: "higher", tolerance: 0.01 },
    { name: "coder, recall in ide-chat", value: ofCoders("ide-chat"), better: "higher", tolerance: 0.01 },
    { name: "coder, recall in agent-cli", value: ofCoders("agent-cli"), better: "higher", tolerance: 0.01 },
    { name: "calibration error", value: calibrationError(answers), better: "lower", tolerance: 0.02 },
    { name: "accuracy when sure", value: shareOf(certain, ({ right }) => right), better: "higher", tolerance: 0.01 },
    { name: "share of sure ones", value: certain.length / known.length, better: "higher", tolerance: 0.05 },
  ];
};

const ofTheRest = (all: All): Metric[] => {
  const complexity = all.flatMap(({ case: one, output }) =>
    one.complexity ? [{ expected: one.complexity, said: output.complexity >= complexFrom ? "complex" : "simple" }] : [],
  );
  const tools = all.flatMap(({ case: { needs_tools: needed }, output }) =>
    needed === undefined || needed === null ? [] : [{ expected: String(needed), said: String(output.needs_tools) }],
  );
  return [
    { name: "complexity, balanced accuracy", value: macroRecall(complexity), better: "higher", tolerance: 0.02 },
    { name: "needs tools, balanced accuracy", value: macroRecall(tools), better: "higher", tolerance: 0.02 },
  ];
};

/** Only told: times are another machine's. */
const ofTimes = (all: All): Metric[] => {
  const times = all.map(({ output }) => output.ms);
  return [
    { name: "ms, median", value: quantile(times, 0.5), better: "lower", tolerance: null },
    { name: "ms, 99 of 100", value: quantile(times, 0.99), better: "lower", tolerance: null },
  ];
};
