/**
 * Fits the weights that src/agent/checks/confidence.ts calls fitted: `node scripts/checks/fit-confidence.ts CASES` with
 * JSON lines of `{question, response, correct}`. Logistic regression with a small pull to 0 in which no weight may have
 * the wrong sign; what it reports comes from five parts, each judged by the other four, no question in two parts.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as z from "zod/mini";
import { terms } from "../../src/agent/checks/confidence.ts";
import { examine } from "../../src/agent/checks/examine.ts";
import { featuresOf } from "../../src/agent/checks/features.ts";
import { calibrationError } from "../eval/scores.ts";

const Case = z.object({ question: z.string(), response: z.string(), correct: z.boolean() });

interface Row {
  readonly x: readonly number[];
  readonly y: number;
  readonly part: number;
}

const parts = 5;
const rounds = 10_000;
const step = 0.5;
const pull = 0.0003;

const fitted = terms.filter(({ origin }) => origin === "fitted");
const signs = fitted.map(({ name, weight }) => (name === "asksNumber" ? 0 : Math.sign(weight)));

const rowOf = (line: string): Row => {
  const { question, response, correct } = Case.parse(JSON.parse(line));
  const { reading, results } = examine({
    subject: "answer",
    path: "complex",
    domain: "math",
    question,
    answer: response,
    endReason: "end",
    tokens: null,
    agreement: null,
    critic: null,
  });
  const features = featuresOf(reading, results);
  return {
    x: fitted.map(({ of }) => of(features)),
    y: correct ? 1 : 0,
    part: (createHash("sha256").update(question).digest()[1] ?? 0) % parts,
  };
};

const probability = (weights: readonly number[], x: readonly number[]): number =>
  1 / (1 + Math.exp(-x.reduce((sum, value, i) => sum + value * (weights[i] ?? 0), 0)));

const fit = (rows: readonly Row[]): number[] => {
  let weights = fitted.map(() => 0);
  for (let round = 0; round < rounds; round++) {
    const slope = weights.map((weight) => pull * weight);
    for (const { x, y } of rows) {
      const error = (probability(weights, x) - y) / rows.length;
      for (const [i, value] of x.entries()) slope[i] = (slope[i] ?? 0) + error * value;
    }
    weights = weights.map((weight, i) => {
      const next = weight - step * (slope[i] ?? 0);
      return signs[i] !== 0 && Math.sign(next) === -(signs[i] ?? 0) ? 0 : next;
    });
  }
  return weights;
};

interface Said {
  readonly p: number;
  readonly y: number;
}

/** The chance that a right answer is given more confidence than a wrong one. */
const ranking = (said: readonly Said[]): number => {
  const right = said.filter(({ y }) => y === 1);
  const wrong = said.filter(({ y }) => y === 0);
  const wins = right.reduce(
    (sum, a) => sum + wrong.reduce((inner, b) => inner + (a.p > b.p ? 1 : a.p === b.p ? 0.5 : 0), 0),
    0,
  );
  return wins / (right.length * wrong.length);
};

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error("usage: node scripts/checks/fit-confidence.ts CASES");
const rows = readFileSync(file, "utf8").trim().split("\n").map(rowOf);
const said = Array.from({ length: parts }, (_, part) => {
  const weights = fit(rows.filter((row) => row.part !== part));
  return rows.filter((row) => row.part === part).map(({ x, y }) => ({ p: probability(weights, x), y }));
}).flat();
const loss = said.reduce((sum, { p, y }) => sum - Math.log(y === 1 ? p : 1 - p), 0) / said.length;
const weights = fit(rows);
for (const [i, { name }] of fitted.entries()) console.log(name.padEnd(14), (weights[i] ?? 0).toFixed(3));
console.log({
  cases: rows.length,
  calibrationError: calibrationError(said.map(({ p, y }) => ({ confidence: p, right: y === 1 }))).toFixed(3),
  ranking: ranking(said).toFixed(3),
  loss: loss.toFixed(3),
});
