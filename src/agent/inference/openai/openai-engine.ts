import type { EngineConfig } from "../../../protocol/profile.ts";
import { createHttpClient, type HttpPorts } from "../http/http-client.ts";
import { defaultPatience } from "../http/limits.ts";
import type { RemoteEngine, Secret } from "../http/remote-engine.ts";
import { openaiModel } from "./openai-model.ts";
import { findServed, listServed, loadInOllama } from "./server-facts.ts";

/** Tokens, when neither the server nor the user says how many. */
const usualContext = 8192;

/**
 * The engine of one server that speaks OpenAI's dialect: llama-server, Ollama, vLLM, LM Studio and others like them.
 * It goes on with a last message of the assistant as well as the server does (openai/chat-request.ts). KV states are
 * the server's own, so `stateKey` is not used.
 */
export const createOpenAiEngine = (
  config: EngineConfig,
  ports: HttpPorts,
  secret: Secret,
  patience = defaultPatience,
): RemoteEngine => {
  const headers = (key: string | null): Record<string, string> => (key ? { authorization: `Bearer ${key}` } : {});
  const http = createHttpClient({ id: config.id, urls: config.urls, headers, secret }, ports, patience);
  return {
    async describe(model, signal) {
      const found = await findServed(http, model, signal);
      return found.ok ? { ok: true, model: found.served.model } : found;
    },
    async open(options, onProgress, signal) {
      onProgress({ phase: "starting" });
      const found = await findServed(http, options.model, signal);
      if (!found.ok) return found;
      const { served } = found;
      let given = served.model.contextSize;
      if (served.kind === "ollama" && served.model.abilities.chat) {
        onProgress({ phase: "loading", done: 0 });
        const loaded = await loadInOllama(http, options.model, signal);
        if (!loaded.ok) return loaded;
        given = loaded.contextSize;
      }
      onProgress({ phase: "loading", done: 1 });
      const asked = options.contextSize > 0 ? options.contextSize : (given ?? usualContext);
      const contextSize = Math.min(given ?? asked, asked);
      return { ok: true, open: openaiModel(http, ports.clock, config.id, { ...served, contextSize }) };
    },
    listModels: (signal) => listServed(http, signal),
    health: http.health,
    close: async () => undefined,
  };
};
