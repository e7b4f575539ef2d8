import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { type GgufModel, writeGguf } from "./gguf-writer.ts";
import { randomDecoder } from "./random-decoder.ts";
import { randomEncoder } from "./random-encoder.ts";
import { scriptedAnswers } from "./scripted-answers.ts";
import { scriptedModel } from "./scripted-model.ts";

/** Where each toy model was written. */
export interface ToyModels {
  readonly llama: string;
  readonly qwen2: string;
  readonly bert: string;
  readonly rank: string;
  readonly scripted: string;
  readonly scriptedSlow: string;
}

interface ToyModel {
  readonly file: string;
  readonly purpose: string;
  readonly build: () => GgufModel;
}

const encoder = { layers: 2, width: 64, feedForward: 256, heads: 4, context: 512, vocabulary: 2048 };
const decoder = { layers: 2, width: 64, feedForward: 192, heads: 4, headsKv: 2, context: 2048, vocabulary: 2048 };

export const toyModels: Readonly<Record<keyof ToyModels, ToyModel>> = {
  llama: {
    file: "toy-llama.gguf",
    purpose: "loads and generates noise; llama with its own output matrix",
    build: () => randomDecoder({ ...decoder, architecture: "llama", name: "toy llama", seed: 1 }),
  },
  qwen2: {
    file: "toy-qwen2.gguf",
    purpose: "a second, different model to switch to; qwen2 with tied embeddings",
    build: () => randomDecoder({ ...decoder, architecture: "qwen2", name: "toy qwen2", seed: 2 }),
  },
  bert: {
    file: "toy-bert.gguf",
    purpose: "makes embeddings and cannot chat",
    build: () => randomEncoder({ ...encoder, name: "toy bert", seed: 3, pooling: "mean" }),
  },
  rank: {
    file: "toy-rank.gguf",
    purpose: "scores documents for a query and writes nothing",
    build: () => randomEncoder({ ...encoder, name: "toy rank", seed: 4, pooling: "rank" }),
  },
  scripted: {
    file: "scripted.gguf",
    purpose: "gives the known answers of scripted-answers.ts",
    build: () => scriptedModel(scriptedAnswers),
  },
  scriptedSlow: {
    file: "scripted-slow.gguf",
    purpose: "the same answers at the speed of a real model, to be stopped or killed; zeros that take no disk",
    build: () => scriptedModel(scriptedAnswers, 32_768),
  },
};

/** Writes under a name of its own first, so that tests which run at the same time never see half a file. */
const writeModel = async (folder: string, { file, build }: ToyModel): Promise<string> => {
  const path = join(folder, file);
  const unfinished = `${path}.${process.pid}.part`;
  try {
    await writeGguf(unfinished, build());
    await rename(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
  }
  return path;
};

/** Writes the toy models into `folder`, which is created; byte-identical on every run. Takes well under a second. */
export const writeToyModels = async (folder: string): Promise<ToyModels> => {
  await mkdir(folder, { recursive: true });
  return {
    llama: await writeModel(folder, toyModels.llama),
    qwen2: await writeModel(folder, toyModels.qwen2),
    bert: await writeModel(folder, toyModels.bert),
    rank: await writeModel(folder, toyModels.rank),
    scripted: await writeModel(folder, toyModels.scripted),
    scriptedSlow: await writeModel(folder, toyModels.scriptedSlow),
  };
};
