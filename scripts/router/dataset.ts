import { readFileSync } from "node:fs";
import * as z from "zod/mini";
import { createFeatureReader, type Features } from "../../src/agent/router/classifier/features.ts";
import { parseJson } from "../../src/protocol/rpc.ts";

/** The order of the classes, as in the weight table. */
export const domains = ["coder", "math", "general"] as const;

const Case = z.object({
  text: z.string(),
  domain: z.enum(domains),
  complexity: z.nullable(z.enum(["simple", "complex"])),
  needs_tools: z.nullable(z.boolean()),
  style: z.string(),
  source: z.string(),
  licence: z.string(),
  core: z.boolean(),
});

/** A labelled text as training sees it; null labels are unknown. */
export interface Example {
  readonly features: Features;
  /** An index into `domains`. */
  readonly domain: number;
  /** 1: complex, 0: simple. */
  readonly complexity: number | null;
  /** 1: needs tools, 0: does not. */
  readonly needsTools: number | null;
  readonly style: string;
  /** The repository or data set, without the file. */
  readonly source: string;
  readonly licence: string;
  readonly core: boolean;
  /** Near-duplicates share a number, and must share a fold. */
  readonly group: number;
}

/** What the source of our own texts is called. */
export const ownSource = "own";

export interface OwnText {
  readonly text: string;
  readonly domain: (typeof domains)[number];
  readonly complexity: number | null;
  readonly needsTools: number | null;
}

const readLines = (path: string): readonly string[] => {
  try {
    return readFileSync(path, "utf8").split("\n");
  } catch (error) {
    throw new Error(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
};

/** Reads cases, one JSON object per line. Throws an Error that names the file and the line which is not a case. */
export const readCases = (path: string): readonly Example[] => {
  const cases = readLines(path).flatMap((line, at) => {
    if (line.trim() === "") return [];
    const parsed = parseJson(Case, line);
    if (!parsed.ok) throw new Error(`${path}, line ${at + 1} is not a case: ${parsed.issues.join("; ")}`);
    return [parsed.value];
  });
  if (cases.length === 0) throw new Error(`${path} holds no cases.`);
  const read = createFeatureReader();
  const groups = nearDuplicates(cases.map(({ text }) => text));
  return cases.map((one, index) => ({
    features: read(one.text),
    domain: domains.indexOf(one.domain),
    complexity: one.complexity === null ? null : Number(one.complexity === "complex"),
    needsTools: one.needs_tools === null ? null : Number(one.needs_tools),
    style: one.style,
    source: sourceName(one.source),
    licence: one.licence,
    core: one.core,
    group: groups[index] ?? index,
  }));
};

/** Texts of our own, as examples of a source of their own. They are never tested on. */
export const ownExamples = (texts: readonly OwnText[]): readonly Example[] => {
  const read = createFeatureReader();
  return texts.map((own, index) => ({
    features: read(own.text),
    domain: domains.indexOf(own.domain),
    complexity: own.complexity,
    needsTools: own.needsTools,
    style: "own",
    source: ownSource,
    licence: "Apache-2.0",
    core: false,
    group: -1 - index,
  }));
};

const sourceName = (source: string): string => source.split(/:| via /u)[0] ?? source;

/** Union of texts whose sets of words, digits as 0, overlap by four fifths (Jaccard). */
const nearDuplicates = (texts: readonly string[]): readonly number[] => {
  const sets = texts.map(
    (text) =>
      new Set(
        text
          .toLowerCase()
          .replace(/\d+/gu, "0")
          .match(/[\p{L}\d_]+/gu) ?? [],
      ),
  );
  const parents = texts.map((_, index) => index);
  const rootOf = (index: number): number => {
    const parent = parents[index] ?? index;
    return parent === index ? index : rootOf(parent);
  };
  sets.forEach((left, at) => {
    for (let other = 0; other < at; other++) {
      const right = sets[other] ?? new Set<string>();
      if (left.size < 0.8 * right.size || right.size < 0.8 * left.size) continue;
      let shared = 0;
      for (const word of left) shared += Number(right.has(word));
      if (shared >= 0.8 * (left.size + right.size - shared)) parents[rootOf(at)] = rootOf(other);
    }
  });
  return parents.map((_, index) => rootOf(index));
};

/** mulberry32: the same numbers in 0..1 for the same seed, everywhere. */
const createRandom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
};

/** A fold number for each example: groups stay whole, and every source and domain is dealt out evenly. */
export const dealFolds = (examples: readonly Example[], count: number, seed: number): readonly number[] => {
  const random = createRandom(seed);
  const firsts = [...Map.groupBy(examples, ({ group }) => group).entries()].map(([group, [first]]) => ({
    group,
    stratum: `${first?.source} ${first?.domain}`,
    order: random(),
  }));
  firsts.sort((a, b) => (a.stratum < b.stratum ? -1 : a.stratum > b.stratum ? 1 : a.order - b.order));
  const folds = new Map(firsts.map(({ group }, index) => [group, index % count]));
  return examples.map(({ group }) => folds.get(group) ?? 0);
};
