import * as z from "zod/mini";
import { issueWords, valueAt } from "./issue-words.ts";
import { EngineConfig } from "./profile.ts";
import { Mode } from "./routing.ts";

/** How one setting appears in the editor's settings. The schema gives its type and default. */
interface SettingEntry {
  readonly schema: z.ZodMiniType;
  readonly default: unknown;
  readonly description: string;
  /** "machine": user or remote settings only; a workspace can never change it. */
  readonly scope: "machine";
}

const setting = <T extends z.ZodMiniType>(entry: SettingEntry & { readonly schema: T; readonly default: z.infer<T> }) =>
  entry;

/** Every setting, once. `npm run gen` writes the manifest's section and docs/settings.md from this table. */
export const settingEntries = {
  "model.path": setting({
    schema: z.string(),
    default: "",
    description:
      "The model that answers: the path of a GGUF file (`~` is your home folder), an id from the Models page, or `starter` for the model that comes with Trivium. Empty: the best one on this machine, by the profile in use.",
    scope: "machine",
  }),
  "model.contextSize": setting({
    schema: z.int().check(z.gte(0), z.lte(1_048_576)),
    default: 0,
    description:
      "Context size in tokens. 0: the most that the model was trained for, up to 8192, as far as memory allows.",
    scope: "machine",
  }),
  "model.threads": setting({
    schema: z.int().check(z.gte(0), z.lte(256)),
    default: 0,
    description: "Processor threads for inference. 0: measured while it runs, starting with half of the cores.",
    scope: "machine",
  }),
  "model.gpu": setting({
    schema: z.enum(["auto", "off"]),
    default: "auto",
    description: "Whether models run on the graphics processor. auto: when one is usable. off: processor only.",
    scope: "machine",
  }),
  "models.folders": setting({
    schema: z.array(z.string()),
    default: [],
    description:
      "Further folders with GGUF files. The folders of Ollama, LM Studio, llama.cpp and the Hugging Face cache are looked through anyway. `~` is your home folder.",
    scope: "machine",
  }),
  "models.downloadFolder": setting({
    schema: z.string(),
    default: "",
    description: "Where downloaded and imported models are kept. Empty: a folder beside Trivium's history.",
    scope: "machine",
  }),
  "models.hub": setting({
    schema: z.url({ protocol: /^https?$/ }),
    default: "https://huggingface.co",
    description:
      "The hub that models are downloaded from, or a mirror of it. Reached only by a download that you start.",
    scope: "machine",
  }),
  "memory.limit": setting({
    schema: z.number().check(z.gte(0), z.lte(4096)),
    default: 0,
    description:
      "The most memory that all models together may take, in GB. 0: what the machine has, less a reserve. Counts from the model host's next start.",
    scope: "machine",
  }),
  "memory.idleMinutes": setting({
    schema: z.number().check(z.gte(0), z.lte(10_080)),
    default: 15,
    description:
      "Minutes after which a model that nobody uses leaves the memory. 0: never. Counts from the model host's next start.",
    scope: "machine",
  }),
  "memory.savedStates": setting({
    schema: z.number().check(z.gte(0), z.lte(1024)),
    default: 1,
    description:
      "Disk space for saved KV states, in GB: with them a chat goes on at once after a restart. 0: none. Counts from the model host's next start.",
    scope: "machine",
  }),
  engines: setting({
    schema: z.array(EngineConfig),
    default: [],
    description:
      "Servers that run models for you: `id`, `kind` (`openai` for Ollama, llama-server, LM Studio, vLLM and others like them; `anthropic`) and `urls`. Keys are not kept here: use the command Trivium: Set Engine Key.",
    scope: "machine",
  }),
  "discover.engines": setting({
    schema: z.boolean(),
    default: true,
    description: "Whether to look for model servers on this machine, at the usual ports of the loopback address.",
    scope: "machine",
  }),
  "agent.mode": setting({
    schema: Mode,
    default: "agent",
    description:
      "How a new chat begins. ask: answers, and never plans. plan: makes a plan and stops there. agent: whatever the request needs.",
    scope: "machine",
  }),
  "agent.maxSteps": setting({
    schema: z.int().check(z.gte(0), z.lte(1000)),
    default: 40,
    description: "The most model calls that one turn may make. 0: no limit.",
    scope: "machine",
  }),
  "agent.maxTokens": setting({
    schema: z.int().check(z.gte(0), z.lte(100_000_000)),
    default: 200_000,
    description: "The most tokens that one turn may read and write. 0: no limit.",
    scope: "machine",
  }),
  "agent.maxMinutes": setting({
    schema: z.number().check(z.gte(0), z.lte(10_080)),
    default: 30,
    description: "The longest that one turn may take, in minutes. 0: no limit.",
    scope: "machine",
  }),
  "agent.maxWattHours": setting({
    schema: z.number().check(z.gte(0), z.lte(100_000)),
    default: 0,
    description:
      "The most energy that one turn may take on this machine, in watt-hours, estimated from the time that processor cores are busy. 0: no limit.",
    scope: "machine",
  }),
  "generation.grammar": setting({
    schema: z.enum(["auto", "on", "off"]),
    default: "auto",
    description:
      "Whether structured output may only name what exists: the steps of a plan, and the lines that the critic calls wrong. auto: for models below about 3 B parameters, and above where measuring showed that it helps.",
    scope: "machine",
  }),
  "generation.maxTokens": setting({
    schema: z.int().check(z.gte(1), z.lte(131_072)),
    default: 2048,
    description: "The longest answer, in tokens.",
    scope: "machine",
  }),
  "generation.temperature": setting({
    schema: z.number().check(z.gte(0), z.lte(2)),
    default: 0.3,
    description:
      "How freely words are chosen: 0 always takes the likeliest, 1 varies. The starter model always uses 0.",
    scope: "machine",
  }),
} as const;

type Entries = typeof settingEntries;
export type SettingKey = keyof Entries;

/** The settings as the agent gets them, with defaults filled in. */
export type Settings = { readonly [K in SettingKey]: z.infer<Entries[K]["schema"]> };

const keys = Object.keys(settingEntries) as SettingKey[]; // Object.keys forgets the literal keys

export const defaultSettings = Object.fromEntries(keys.map((key) => [key, settingEntries[key].default])) as Settings; // one entry per key

/**
 * Reads settings from an untrusted object with the dotted keys of `settingEntries`.
 * A missing or wrong value takes its default and is named in `problems`.
 */
export const readSettings = (value: unknown): { settings: Settings; problems: string[] } => {
  const given = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {}; // an object has string keys
  const problems: string[] = [];
  const read = keys.map((key) => {
    const raw = given[key];
    if (raw === undefined) return [key, settingEntries[key].default];
    const result = z.safeParse(settingEntries[key].schema as z.ZodMiniType, raw); // one common type for the lookup
    if (result.success) return [key, result.data];
    for (const issue of result.error.issues)
      problems.push(
        `${["trivium", key, ...issue.path].join(".")} ${issueWords(issue, valueAt(raw, issue.path))}; its default counts`,
      );
    return [key, settingEntries[key].default];
  });
  return { settings: Object.fromEntries(read) as Settings, problems }; // one entry per key, each parsed
};
