import type { OutputFormat, ToolSpec } from "../../../protocol/model-host.ts";
import type { GenerateRequest, InfillRequest } from "../engine.ts";
import { plainSchema } from "../http/plain-schema.ts";
import type { Served } from "./server-facts.ts";

const toolOf = ({ name, description, parameters }: ToolSpec): object => ({
  type: "function",
  function: { name, description, parameters: plainSchema(parameters) },
});

const formatOf = (format: OutputFormat, offered: readonly ToolSpec[]): object => {
  switch (format.kind) {
    case "text":
      return offered.length === 0 ? {} : { tools: offered.map(toolOf) };
    case "json":
      return {
        response_format: {
          type: "json_schema",
          json_schema: { name: "answer", strict: true, schema: plainSchema(format.schema) },
        },
      };
    case "call":
      return { tools: format.tools.map(toolOf), tool_choice: "required", parallel_tool_calls: false };
  }
};

/**
 * How each server is told to go on with a last message of the assistant. llama-server and Ollama do so of themselves,
 * llama-server not while the model may think first; vLLM has to be asked. Others may begin a new message.
 */
const continuation = ({ kind }: Served): object => {
  if (kind === "vllm") return { continue_final_message: true, add_generation_prompt: false };
  return kind === "llama-server" ? { chat_template_kwargs: { enable_thinking: false } } : {};
};

/** Servers that are known to take the question for probabilities; others may refuse all of it. */
const probabilities = ({ kind }: Served, hasTools: boolean): object =>
  (kind === "llama-server" || kind === "vllm") && !hasTools ? { logprobs: true, top_logprobs: 1 } : {};

const sampled = ({ sampling }: Pick<GenerateRequest, "sampling">): object => ({
  temperature: sampling.temperature,
  ...(sampling.seed !== null && { seed: sampling.seed }),
  ...(sampling.stop.length > 0 && { stop: sampling.stop }),
});

const streamed = { stream: true, stream_options: { include_usage: true } };

/** Body of /v1/chat/completions. */
export const chatBody = (served: Served, request: GenerateRequest): object => {
  const { messages, sampling, format, tools } = request;
  const hasTools = format.kind === "call" || tools.length > 0;
  return {
    model: served.model.id,
    messages,
    // OpenAI's own newer models refuse the name that all the others know.
    [served.kind === "openai" ? "max_completion_tokens" : "max_tokens"]: sampling.maxTokens,
    ...sampled(request),
    ...formatOf(format, tools),
    ...(messages.at(-1)?.role === "assistant" && continuation(served)),
    ...probabilities(served, hasTools),
    ...(served.kind === "llama-server" && { cache_prompt: true, return_progress: true }),
    ...streamed,
  };
};

/** Path and body of an infill: llama-server's own, or the completions of the others with a `suffix`. */
export const infillCall = ({ kind, model }: Served, request: InfillRequest): { path: string; body: object } => {
  const { prefix, suffix, sampling } = request;
  if (kind === "llama-server") {
    const text = { input_prefix: prefix, input_suffix: suffix, n_predict: sampling.maxTokens };
    return { path: "/infill", body: { ...text, ...sampled(request), cache_prompt: true, stream: true } };
  }
  const text = { model: model.id, prompt: prefix, suffix, max_tokens: sampling.maxTokens };
  return { path: "/v1/completions", body: { ...text, ...sampled(request), ...streamed } };
};
