import * as z from "zod/mini";
import type { EngineConfig } from "../../../protocol/profile.ts";
import type { Abilities, EngineModel, EngineResult, OpenModel } from "../engine.ts";
import { createAnswer, estimateTokens } from "../http/answer.ts";
import { createHttpClient, type HttpPorts } from "../http/http-client.ts";
import { defaultPatience } from "../http/limits.ts";
import { type RemoteEngine, type Secret, streamAnswer } from "../http/remote-engine.ts";
import { eventReader } from "./event-reader.ts";
import { messagesBody } from "./messages-request.ts";

const Known = z.object({
  id: z.string(),
  display_name: z.optional(z.string()),
  max_input_tokens: z.optional(z.nullable(z.number())),
});
const Listed = z.object({ data: z.array(Known) });

/** The version of the dialect that is spoken here. */
const version = "2023-06-01";

/** Tokens, when the server does not say how many. */
const usualContext = 200_000;

const abilities: Abilities = {
  ...{ chat: true, infill: false, embed: false, rank: false },
  ...{ grammar: false, tools: true, exactCount: false },
};

const modelOf = ({ id, display_name, max_input_tokens }: z.infer<typeof Known>): EngineModel => ({
  id,
  name: display_name ?? id,
  contextSize: max_input_tokens ?? null,
  sizeBytes: null,
  abilities,
});

/** The engine of a server that speaks Anthropic's Messages. Nothing is sent unless the user set the server up. */
export const createAnthropicEngine = (
  config: EngineConfig,
  ports: HttpPorts,
  secret: Secret,
  patience = defaultPatience,
): RemoteEngine => {
  const headers = (key: string | null): Record<string, string> => ({
    "anthropic-version": version,
    ...(key && { "x-api-key": key }),
  });
  const http = createHttpClient({ id: config.id, urls: config.urls, headers, secret }, ports, patience);

  const describe = async (id: string, signal: AbortSignal): Promise<EngineResult<{ model: EngineModel }>> => {
    const known = await http.ask({ path: `/v1/models/${encodeURIComponent(id)}`, signal }, Known);
    if (known.ok) return { ok: true, model: modelOf(known.value) };
    const isMissing = known.failure.code === "engine-rejected" && known.failure.detail["status"] === 404;
    return isMissing ? { ok: false, failure: { code: "model-unknown", detail: { id } } } : known;
  };

  const open = (model: EngineModel, contextSize: number): OpenModel => {
    const unsupported = async (ability: string) => {
      const detail = { name: model.name, ability };
      return { ok: false, failure: { code: "not-supported", detail } } as const;
    };
    return {
      model,
      contextSize,
      shortened: null,
      abilities,
      count: async (messages) => ({ ok: true, tokens: estimateTokens(messages) }),
      async generate(request, onProgress, signal) {
        const format = request.format.kind;
        const frame = { format, promptTokens: estimateTokens(request.messages), contextSize, onProgress };
        const answer = createAnswer(frame, ports.clock);
        const call = { path: "/v1/messages", body: messagesBody(model.id, request), signal };
        return streamAnswer(http, call, eventReader(config.id, format, answer, onProgress), answer);
      },
      infill: () => unsupported("infill"),
      embed: () => unsupported("embeddings"),
      rank: () => unsupported("rerank"),
      release() {},
    };
  };

  return {
    describe,
    async open(options, onProgress, signal) {
      onProgress({ phase: "starting" });
      const described = await describe(options.model, signal);
      if (!described.ok) return described;
      const { model } = described;
      const most = model.contextSize ?? usualContext;
      const contextSize = options.contextSize > 0 ? Math.min(most, options.contextSize) : most;
      return { ok: true, open: open(model, contextSize) };
    },
    async listModels(signal) {
      const listed = await http.ask({ path: "/v1/models?limit=1000", signal }, Listed);
      return listed.ok ? { ok: true, models: listed.value.data.map(modelOf) } : listed;
    },
    health: http.health,
    close: async () => undefined,
  };
};
