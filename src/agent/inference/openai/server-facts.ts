import * as z from "zod/mini";
import type { HostFailure } from "../../../protocol/model-host.ts";
import type { Abilities, EngineModel, EngineResult } from "../engine.ts";
import type { HttpClient } from "../http/http-client.ts";

/** What the servers of this dialect differ by. "other": it speaks the dialect, and no more is known of it. */
export type ServerKind = "llama-server" | "ollama" | "vllm" | "openai" | "other";

export interface Served {
  readonly kind: ServerKind;
  readonly model: EngineModel;
}

const Props = z.object({
  default_generation_settings: z.object({ n_ctx: z.optional(z.number()) }),
  chat_template_caps: z.optional(z.object({ supports_tools: z.optional(z.boolean()) })),
});

const OllamaModel = z.object({
  capabilities: z.optional(z.array(z.string())),
  model_info: z.record(z.string(), z.unknown()),
  parameters: z.optional(z.string()),
});

const OllamaTags = z.object({ models: z.array(z.object({ name: z.string(), size: z.number() })) });
const OllamaLoaded = z.object({
  models: z.array(z.object({ name: z.string(), context_length: z.optional(z.number()) })),
});

const ListedModel = z.object({
  id: z.string(),
  owned_by: z.optional(z.nullable(z.string())),
  max_model_len: z.optional(z.nullable(z.number())),
  context_length: z.optional(z.nullable(z.number())),
  meta: z.optional(z.nullable(z.object({ n_ctx_train: z.optional(z.number()), size: z.optional(z.number()) }))),
});
type ListedModel = z.infer<typeof ListedModel>;
const Listed = z.object({ data: z.array(ListedModel) });

/** A server that does not say what a model is for has mostly given it a telling name. */
const abilitiesByName = (id: string): Abilities => {
  const rank = /rerank/i.test(id);
  const embed = !rank && /embed|\b(bge|gte|e5|minilm)\b/i.test(id);
  const chat = !rank && !embed;
  return { chat, infill: chat, embed, rank, grammar: chat, tools: chat, exactCount: false };
};

const listedModel = (listed: ListedModel): EngineModel => ({
  id: listed.id,
  name: listed.id,
  contextSize: listed.max_model_len ?? listed.context_length ?? listed.meta?.n_ctx_train ?? null,
  sizeBytes: listed.meta?.size ?? null,
  abilities: abilitiesByName(listed.id),
});

/** Refusals of a question that only another server knows. A gateway may call the unknown path forbidden. */
const isOtherServer = ({ code }: HostFailure): boolean =>
  code === "engine-rejected" || code === "engine-garbled" || code === "engine-key" || code === "not-supported";

/** What the server knows of `model`: asked of llama-server (/props), Ollama (/api/show), then any (/v1/models). */
export const findServed = async (
  http: HttpClient,
  model: string,
  signal: AbortSignal,
): Promise<EngineResult<{ served: Served }>> => {
  const props = await http.ask({ path: "/props", signal }, Props);
  if (!props.ok && !isOtherServer(props.failure)) return props;
  if (props.ok) return { ok: true, served: await llamaServed(http, model, props.value, signal) };

  const shown = await http.ask({ path: "/api/show", body: { model }, signal }, OllamaModel);
  if (!shown.ok && !isOtherServer(shown.failure)) return shown;
  if (shown.ok) return { ok: true, served: { kind: "ollama", model: ollamaModel(model, shown.value) } };

  const listed = await http.ask({ path: "/v1/models", signal }, Listed);
  if (!listed.ok && !isMissing(listed.failure)) return listed;
  if (!listed.ok) return { ok: true, served: { kind: "other", model: listedModel({ id: model }) } };
  const found = listed.value.data.find(({ id }) => id === model);
  if (!found) return { ok: false, failure: { code: "model-unknown", detail: { id: model } } };
  const listedAs = listedModel(found);
  const isOpenAi = found.owned_by === "system" || /^openai/.test(found.owned_by ?? "");
  if (found.owned_by !== "vllm") return { ok: true, served: { kind: isOpenAi ? "openai" : "other", model: listedAs } };
  // vLLM's completions take no suffix.
  const abilities = { ...listedAs.abilities, infill: false };
  return { ok: true, served: { kind: "vllm", model: { ...listedAs, abilities } } };
};

/** Some gateways do not list what they offer. */
const isMissing = ({ code, detail }: HostFailure): boolean => code === "engine-rejected" && detail["status"] === 404;

/** llama-server serves one model under any name; its context is the one it was started with. */
const llamaServed = async (
  http: HttpClient,
  model: string,
  props: z.infer<typeof Props>,
  signal: AbortSignal,
): Promise<Served> => {
  const listed = await http.ask({ path: "/v1/models", signal }, Listed);
  const data = listed.ok ? listed.value.data : [];
  const found = data.find(({ id }) => id === model) ?? (data.length === 1 ? data[0] : undefined);
  const known = listedModel({ ...found, id: model });
  const abilities = { ...known.abilities, exactCount: known.abilities.chat };
  return {
    kind: "llama-server",
    model: {
      ...known,
      contextSize: props.default_generation_settings.n_ctx ?? known.contextSize,
      abilities: { ...abilities, tools: abilities.tools && props.chat_template_caps?.supports_tools !== false },
    },
  };
};

const ollamaModel = (
  id: string,
  { capabilities, model_info, parameters }: z.infer<typeof OllamaModel>,
): EngineModel => {
  const set = /^num_ctx\s+(\d+)/m.exec(parameters ?? "")?.[1];
  const trained = model_info[`${String(model_info["general.architecture"])}.context_length`];
  const can = (what: string): boolean => capabilities?.includes(what) ?? false;
  const byName = abilitiesByName(id);
  const told: Abilities = {
    ...{ chat: can("completion"), infill: can("insert"), embed: can("embedding"), rank: false },
    ...{ grammar: can("completion"), tools: can("tools"), exactCount: false },
  };
  return {
    id,
    name: id,
    contextSize: set ? Number(set) : typeof trained === "number" ? trained : null,
    sizeBytes: null,
    abilities: capabilities ? told : { ...byName, rank: false },
  };
};

/** Ollama gives a loaded model this context when nothing else was set. */
const ollamaContext = 4096;

/**
 * Has Ollama load the model and asks with what context: mostly less than the model was trained for, and what is longer
 * is cut without a word.
 */
export const loadInOllama = async (
  http: HttpClient,
  model: string,
  signal: AbortSignal,
): Promise<EngineResult<{ contextSize: number }>> => {
  const loaded = await http.ask({ path: "/api/generate", body: { model, stream: false }, signal }, z.object({}));
  if (!loaded.ok) return loaded;
  const running = await http.ask({ path: "/api/ps", signal }, OllamaLoaded);
  const models = running.ok ? running.value.models : [];
  const found = models.find(({ name }) => name === model || name === `${model}:latest`);
  return { ok: true, contextSize: found?.context_length ?? ollamaContext };
};

/** The models that the server offers. Ollama tells their sizes in its own list. */
export const listServed = async (
  http: HttpClient,
  signal: AbortSignal,
): Promise<EngineResult<{ models: EngineModel[] }>> => {
  const tags = await http.ask({ path: "/api/tags", signal }, OllamaTags);
  if (!tags.ok && !isOtherServer(tags.failure)) return tags;
  if (tags.ok) {
    const models = tags.value.models.map(({ name, size }) => ({ ...listedModel({ id: name }), sizeBytes: size }));
    return { ok: true, models };
  }
  const listed = await http.ask({ path: "/v1/models", signal }, Listed);
  return listed.ok ? { ok: true, models: listed.value.data.map(listedModel) } : listed;
};
