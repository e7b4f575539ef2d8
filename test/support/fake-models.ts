// What the Models page shows on an invented machine: every kind of row, card, download and engine once.
import type { MemoryNeed } from "../../src/protocol/memory.ts";
import type { AvailableModel, Download, EngineState, InstalledModel, ModelsState } from "../../src/protocol/models.ts";

const gb = 1e9;

export const need = (weights: number, kv = 0.5, compute = 0.3): MemoryNeed => ({
  weightsBytes: weights * gb,
  kvBytes: kv * gb,
  computeBytes: compute * gb,
  totalBytes: (weights + kv + compute) * gb,
});

const noScores = {
  ...{ code: null, math: null, general: null, json: null },
  ...{ jsonWithGrammar: null, toolCall: null, edit: null, arithmetic: null },
};

export const installedModel = (changes: Partial<InstalledModel> & { id: string }): InstalledModel => ({
  name: changes.id,
  source: "folder",
  path: changes.id,
  engine: null,
  sizeBytes: null,
  description: null,
  can: null,
  problem: null,
  catalogId: null,
  licence: null,
  need: null,
  fit: null,
  loaded: false,
  roles: [],
  card: null,
  removable: false,
  ...changes,
});

const description = (name: string, sizeBytes: number, quantisation: string) => ({
  path: `/models/${name}.gguf`,
  name,
  sizeBytes,
  architecture: "qwen2",
  parameters: 7_600_000_000,
  trainedContext: 32768,
  quantisation,
  chat: true,
  infill: false,
  embedding: false,
  ranking: false,
  licence: null,
  memory: {
    weightsBytes: sizeBytes,
    layers: 28,
    embeddingLength: 3584,
    feedForwardLength: 18944,
    heads: 28,
    vocabulary: 152064,
    kvBytesPerToken: 57344,
  },
  fingerprint: "f".repeat(64),
});

const card = (tokensPerSecond: number, scores: Partial<typeof noScores> | Record<string, number>) => ({
  version: 1 as const,
  fingerprint: "f".repeat(64),
  model: "model",
  machine: "machine",
  measuredAt: 1_760_000_000_000,
  threads: 7,
  promptTokensPerSecond: 180,
  tokensPerSecond,
  firstTokenMs: 380,
  scores: { ...noScores, ...scores },
  grammarFromReality: null,
});

export const availableModel = (id: string, changes: Partial<AvailableModel["model"]> = {}): AvailableModel => ({
  model: {
    id,
    name: id,
    summary: "A general model for short questions.",
    repository: `makers/${id}-GGUF`,
    files: [{ file: `${id}-q4_k_m.gguf`, quantisation: "Q4_K_M", sizeBytes: 4.7 * gb }],
    parameters: 7_600_000_000,
    contextSize: 32768,
    licence: { name: "Apache-2.0", url: "https://licences.example/apache-2.0" },
    template: "chatml",
    infillTokens: null,
    roles: ["answerer"],
    priors: noScores,
    memoryBytes: null,
    tiers: ["16gb"],
    sources: [],
    ...changes,
  },
  file: 0,
  need: need(4.4),
  fit: "fits",
  best: null,
});

export const download = (changes: Partial<Download> = {}): Download => ({
  id: "d1",
  catalogId: "stellar-coder-7b",
  name: "Stellar Coder 7B",
  url: "https://hub.example/makers/stellar-coder-7b-GGUF/resolve/main/stellar-coder-7b-q4_k_m.gguf",
  path: "/data/models/stellar-coder-7b-q4_k_m.gguf",
  state: "running",
  doneBytes: 1.62 * gb,
  totalBytes: 4.7 * gb,
  bytesPerSecond: 21.4e6,
  etaMs: 144_000,
  problem: null,
  ...changes,
});

const engine = (changes: Partial<EngineState> & { id: string }): EngineState => ({
  name: changes.id,
  kind: "openai",
  urls: ["http://127.0.0.1:11434"],
  found: false,
  health: "healthy",
  latencyMs: 4,
  models: 4,
  hasKey: false,
  problem: null,
  ...changes,
});

const installed: InstalledModel[] = [
  installedModel({
    id: "/models/orbit-7b.gguf",
    name: "Orbit Coder 7B Instruct",
    source: "downloaded",
    sizeBytes: 4.7 * gb,
    description: description("orbit-7b", 4.7 * gb, "Q4_K_M"),
    licence: "Apache-2.0",
    need: need(4.4),
    fit: "fits",
    loaded: true,
    roles: ["coder", "answerer"],
    card: card(11.4, { code: 0.71, math: 0.48, general: 0.66, edit: 0.58, toolCall: 0.8, jsonWithGrammar: 1 }),
    removable: true,
  }),
  installedModel({
    id: "/models/tiny.gguf",
    name: "Tiny Chat 1.1B",
    source: "ollama",
    sizeBytes: 0.67 * gb,
    description: description("tiny", 0.67 * gb, "Q4_0"),
    licence: "MIT",
    need: need(0.6, 0.2, 0.1),
    fit: "fits",
    loaded: true,
    card: card(46, { code: 0.18, math: 0.09, general: 0.31, edit: 0.05, toolCall: 0.22, jsonWithGrammar: 0.9 }),
  }),
  installedModel({
    id: "/models/sum-8b.gguf",
    name: "Sum 8B",
    source: "lmstudio",
    sizeBytes: 5.1 * gb,
    description: description("sum-8b", 5.1 * gb, "Q4_K_M"),
    licence: "Apache-2.0",
    need: need(4.8),
    fit: "tight",
  }),
  installedModel({
    id: "/models/giant.gguf",
    name: "Giant 32B",
    source: "huggingface",
    sizeBytes: 19.8 * gb,
    description: description("giant", 19.8 * gb, "Q4_K_M"),
    licence: "Apache-2.0",
    need: need(19, 1.2, 0.6),
    fit: "exceeds",
  }),
  installedModel({ id: "engine:team/large", name: "large", source: "engine", path: null, engine: "team" }),
  installedModel({
    id: "/models/cut.gguf",
    name: "codellama-13b.Q4_K_M",
    sizeBytes: 1.2 * gb,
    problem: {
      code: "model-truncated",
      message: "codellama-13b.Q4_K_M.gguf is cut off: 1.2 GB of 7.9 GB. Download it again.",
      next: ["choose-model", "use-starter", "retry"],
    },
    removable: true,
  }),
];

const available: AvailableModel[] = [
  {
    ...availableModel("quick-3b", {
      name: "Quick 3B",
      summary: "Answers short questions fast and leaves memory free.",
      files: [{ file: "quick-3b-q4_k_m.gguf", quantisation: "Q4_K_M", sizeBytes: 1.9 * gb }],
    }),
    need: need(1.8, 0.3, 0.2),
    best: "start",
  },
  {
    ...availableModel("stellar-coder-7b", {
      name: "Stellar Coder 7B",
      summary: "Writes and changes code in most languages.",
      roles: ["coder", "completer"],
    }),
    fit: "tight",
    best: "code",
  },
  {
    ...availableModel("proof-8b", {
      name: "Proof 8B",
      summary: "Works through sums and proofs step by step.",
      roles: ["mathematician"],
      licence: { name: "MIT", url: "https://licences.example/mit" },
    }),
    need: need(13.1),
    fit: "exceeds",
    best: "math",
  },
  {
    ...availableModel("finder", {
      name: "Finder Embed",
      summary: "Finds the passages that a question is about.",
      roles: ["embedder"],
      licence: { name: null, url: null },
    }),
    need: need(0.3, 0, 0.1),
  },
  {
    ...availableModel("hall-120b", {
      name: "Hall 120B",
      summary: "For a server of a team.",
      files: [],
      repository: null,
    }),
    file: null,
    need: null,
    fit: null,
  },
];

const profile = (id: string, name: string) => ({
  version: 1 as const,
  id,
  name,
  description: "",
  models: {},
  temperature: null,
  contextSize: null,
  prefer: "best" as const,
  engines: [],
});

/** A machine with 16 GB, two models in memory and one on its way. */
export const fakeModels: ModelsState = {
  machine: {
    platform: "linux",
    processor: "Ryzen 7 5800H",
    cores: 8,
    memoryBytes: 17.18 * gb,
    gpu: null,
    tier: "16gb",
  },
  memory: {
    totalBytes: 17.18 * gb,
    limitBytes: null,
    reserveBytes: 1.5 * gb,
    othersBytes: 5.2 * gb,
    freeBytes: 4.38 * gb,
    gpu: null,
    models: [
      {
        modelId: "/models/orbit-7b.gguf",
        path: "/models/orbit-7b.gguf",
        name: "Orbit Coder 7B Instruct",
        contextSize: 8192,
        sequences: 1,
        kv: "f16",
        need: need(4.4),
        leases: 1,
        lastUsedAt: 1_760_000_000_000,
      },
      {
        modelId: "/models/tiny.gguf",
        path: "/models/tiny.gguf",
        name: "Tiny Chat 1.1B",
        contextSize: 2048,
        sequences: 1,
        kv: "f16",
        need: need(0.6, 0.2, 0.1),
        leases: 0,
        lastUsedAt: 1_760_000_000_000,
      },
    ],
    kvStoreBytes: 0,
  },
  installed,
  loading: [],
  available,
  downloads: [
    download(),
    download({
      id: "d2",
      catalogId: null,
      name: "Proof 8B",
      url: "https://hub.example/makers/other/resolve/main/proof.gguf",
      state: "failed",
      problem: {
        code: "download-no-space",
        message: "The disk has 0.9 GB free; 3.1 GB are still to come.",
        next: ["resume-download"],
      },
    }),
  ],
  engines: [
    engine({ id: "ollama", name: "Ollama", found: true }),
    engine({
      id: "team",
      name: "team",
      urls: ["https://models.team.example", "https://models2.team.example"],
      health: "healthy",
      latencyMs: 12,
      models: 1,
      hasKey: true,
    }),
    engine({
      id: "lab",
      urls: ["https://lab.example"],
      health: "unreachable",
      latencyMs: null,
      models: 0,
      problem: { code: "engine-key", message: "lab wants a key.", next: ["set-key"] },
    }),
  ],
  searching: false,
  profile: "balanced",
  profiles: [profile("balanced", "Balanced"), profile("small", "Small and quick")],
};
